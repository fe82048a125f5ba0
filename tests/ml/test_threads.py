import subprocess
import sys


def test_every_pool_has_one_thread_inside_and_its_own_again_outside():
    script = (
        "import threadpoolctl, tram_ext.ml.threads as threads\n"
        "count = lambda: [pool['num_threads'] for pool in threadpoolctl.threadpool_info()]\n"
        "import scipy.linalg, sklearn\n"
        "before = count()\n"
        "with threads.one_thread():\n"
        "    from sklearn.neural_network import MLPClassifier\n"
        "    inside = count()\n"
        "assert before and set(inside) == {1}, inside\n"
        "assert count() == before\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
