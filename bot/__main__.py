"""``python -m bot`` is ``xiaowei``."""

from bot.cli import main

if __name__ == "__main__":
    main()
