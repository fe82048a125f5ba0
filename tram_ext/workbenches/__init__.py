"""The Python interface: :class:`Workbench`, and the ways to open one."""
