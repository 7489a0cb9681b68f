"""What the commands do behind ``bot.cli``: each file one command, asked for with settings and an instant."""
