"""What can go wrong when the tracker is started, said in words for the person at the keyboard."""


class Problem(Exception):
    """Something the person who starts the tracker can put right. The text says how."""


class Stopped(Exception):
    """The person asked to stop while the tracker was still starting."""
