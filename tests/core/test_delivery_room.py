from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.delivery_room import AHEAD, FULL, LEAST, DeliveryRoom


@given(st.lists(st.sampled_from(["answered", "too much", "take", "let go"])))
def test_the_room_stays_within_its_limits(happened: list[str]) -> None:
    room, held = DeliveryRoom(), 0
    for what in happened:
        if what == "answered":
            room.was_answered()
        elif what == "too much":
            room.was_too_much()
        elif what == "take":
            taken = room.free
            room.took_up(taken)
            held += taken
        elif held:
            room.let_go()
            held -= 1
        assert LEAST <= room.limit <= FULL
        assert 0 <= room.free <= AHEAD * FULL - held


def test_silence_leaves_little_room_and_answers_give_it_back() -> None:
    room = DeliveryRoom()
    for _ in range(9):
        room.was_too_much()
    assert room.limit == LEAST
    for _ in range(FULL):
        room.was_answered()
    assert room.limit == FULL
