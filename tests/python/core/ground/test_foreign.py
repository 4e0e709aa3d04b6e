from nnfit.core.ground.foreign import Unreadable


def test_it_is_no_error_of_the_user():
    assert not issubclass(Unreadable, ValueError)  # so that no check of values takes it for its own
    assert str(Unreadable("is no file.")) == "is no file."
