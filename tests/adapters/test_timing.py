from datetime import timedelta

from tagwake.adapters.timing import system_timing


async def test_this_machines_time_moves_forward_and_is_utc() -> None:
    timing = system_timing()
    before = timing.monotonic()
    await timing.sleep(0)
    assert timing.monotonic() >= before
    assert timing.now().utcoffset() == timedelta(0)
    assert 0 <= timing.chance() < 1
