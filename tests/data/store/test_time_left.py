from dscl_tf.data.store.time_left import TimeLeft


def test_the_time_left_leaves_out_the_first_piece():
    seconds = iter([100.0, 110.0, 400.0])
    left = TimeLeft(5, lambda: next(seconds))
    assert left.after(1) == "1/5"
    assert left.after(2) == "2/5, 30 s left"
    assert left.after(3) == "3/5, 5.0 min left"
    assert left.after(5) == "5/5"
