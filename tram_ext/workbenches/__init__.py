"""The workbench as people in Python meet it: :class:`Workbench`, and the ways to open one."""
