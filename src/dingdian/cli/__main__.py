"""``python -m dingdian.cli``: the command line."""

from dingdian.cli import main

if __name__ == "__main__":
    main()
