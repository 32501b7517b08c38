from threading import Event

from symptoms.lib.background import Errands


def test_errands_are_run() -> None:
    future = Errands(most=2).run(divmod, 7, 2)
    assert future is not None
    assert future.result(timeout=5) == (3, 1)


def test_nobody_waits_when_there_is_no_room_and_room_comes_back() -> None:
    errands, go = Errands(most=2), Event()
    first, second = errands.run(go.wait, 5), errands.run(go.wait, 5)
    assert first is not None and second is not None
    assert errands.run(go.wait, 5) is None
    go.set()
    assert first.result(timeout=5) and second.result(timeout=5)
    while (again := errands.run(abs, -1)) is None:
        first.result()
    assert again.result(timeout=5) == 1


def test_an_errand_that_fails_leaves_the_next_one_standing() -> None:
    errands = Errands(most=2)
    failed = errands.run(int, "x")
    assert failed is not None
    assert isinstance(failed.exception(timeout=5), ValueError)
    then = errands.run(int, "4")
    assert then is not None and then.result(timeout=5) == 4
