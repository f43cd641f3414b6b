"""What goes into one end of a pipe comes out of the other, in whatever pieces it travels."""

from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.transport.frames import FrameReader, pack

values = st.lists(st.tuples(st.integers(), st.binary(max_size=50)), max_size=5) | st.text()


@given(st.lists(values, max_size=6), st.integers(min_value=1, max_value=40))
def test_values_come_out_whole_and_in_order_however_they_were_cut(sent: list[object], size: int) -> None:
    stream = b"".join(pack(value) for value in sent)
    reader = FrameReader()

    read = [value for start in range(0, len(stream), size) for value in reader.feed(stream[start : start + size])]

    assert read == sent
