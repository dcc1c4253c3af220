"""Beats, moments and settings that are asked for: set before any widget exists, and never lost."""

from streamlit.testing.v1 import AppTest

from app.page.predict import Bet
from engine.autoregressive import pixelcnn_lab
from tests.helpers import again


def toured() -> None:
    import streamlit as st

    from app.page import at, beats

    went = st.session_state.setdefault("log", [])
    st.text(str(beats.stand("coins", 3, went.append)))
    st.text(str(at.asked("one")))
    if not st.session_state.get("cut"):
        beats.drawn()


def tour(beat: object = None, slug: str = "coins") -> AppTest:
    test = again(AppTest.from_function(toured))
    return again(test, {"beat.wanted": {"slug": slug, "beat": beat, "whole": False}})


def test_a_beat_is_set_until_a_whole_page_had_it_and_the_address_has_it() -> None:
    """Killed: a beat that is set once only; one that is set for ever, against what the reader moves since."""
    test = tour(2)
    assert test.text[0].value == "2"
    again(test)  # the browser's message came with the old address
    assert (test.text[0].value, test.session_state["log"]) == ("2", [2, 2])
    test.query_params["beat"] = "2"
    again(test)
    again(test)
    assert (test.text[0].value, test.session_state["log"]) == ("2", [2, 2])


def test_a_page_that_was_cut_off_is_set_again_though_the_address_has_the_beat() -> None:
    """Killed: the address alone as the proof that a beat was set."""
    test = again(AppTest.from_function(toured), {"cut": True})
    again(test, {"beat.wanted": {"slug": "coins", "beat": 1, "whole": False}})
    test.query_params["beat"] = "1"
    again(test)
    assert test.session_state["log"] == [1, 1]
    again(test, {"cut": False})
    again(test)
    assert test.session_state["log"] == [1, 1, 1]


def test_what_is_no_beat_of_this_page_is_let_go() -> None:
    """Anyone can send any message. Killed: a beat of another page; True as beat 1; a text as a number."""
    for wrong in (3, -2, True, "1", None, float("nan")):
        test = tour(wrong)
        assert (test.text[0].value, test.session_state["log"]) == ("-1", []), wrong
    assert tour(1, slug="dice").session_state["log"] == []


def test_what_was_asked_for_is_taken_though_its_callback_was_cut_off() -> None:
    """And once. Killed: the callback alone; a beat that is taken again once the reader moved on; another
    page's beat."""

    def asked(beat: int, when: int) -> dict[str, object]:
        return {
            "beats.coins": {"go": {"beat": beat, "when": when}},
            "beats.dice": {"go": {"beat": 0, "when": 8}},
        }

    test = again(AppTest.from_function(toured), asked(2, when=7))
    for address in ("2", "0"):  # the browser has it; the reader moves on
        test.query_params["beat"] = address
        again(test, asked(2, when=7))
    assert (test.text[0].value, test.session_state["log"]) == ("0", [2])
    again(test, asked(1, when=9))
    assert (test.text[0].value, test.session_state["log"]) == ("1", [2, 1])


def test_before_the_first_beat_is_a_place_too() -> None:
    """Killed: the end of the tour refused."""
    assert tour(-1).session_state["log"] == [-1]


def moments() -> None:
    import streamlit as st

    from app.page import at

    for moment, stage in st.session_state.get("asks", []):
        at.ask(moment, stage)
    st.text(f"{at.asked('one')} {at.asked('other')}")


def test_a_moment_is_of_one_stage_and_asking_again_counts() -> None:
    """Killed: a beat's moment on every film of its page; the same moment asked for twice, unnoticed."""
    test = again(AppTest.from_function(moments), {"asks": [(4, "one"), (4, "one")]})
    assert test.text[0].value == "(4, 2) (None, 2)"


def presets() -> None:
    import streamlit as st

    from app.page import controls
    from engine.autoregressive import gated_pixelcnn_lab as lab

    controls.put_asked()
    st.button("one", on_click=controls.ask, args=(lab, {"layers": 2}, "shallow"))
    st.button("undo", on_click=controls.undo)
    for name in ("layers", "kernel"):
        controls.widget(lab, name)
    st.text(str(controls.undoes(lab)))
    controls.put_drawn()


def test_a_preset_sets_everything_and_undo_takes_it_back() -> None:
    """Killed: parameters beside the preset's left as they were; an undo to the defaults."""
    test = again(AppTest.from_function(presets))
    test.slider(key="gated_pixelcnn.layers").set_value(7)
    again(test)
    again(test, {"gated_pixelcnn.kernel": 3})
    test.button[0].click()
    again(test)
    assert test.slider(key="gated_pixelcnn.layers").value == 2
    assert test.session_state["gated_pixelcnn.kernel"] == 5
    assert test.text[0].value == "shallow"
    test.button[1].click()
    again(test)
    assert test.slider(key="gated_pixelcnn.layers").value == 7
    assert test.session_state["gated_pixelcnn.kernel"] == 3
    assert test.text[0].value == "None"


def test_a_beat_that_makes_the_bet_s_change_is_known() -> None:
    """So that it waits for the bet. Killed: one of two changes enough; another lab's field of that name; a
    default taken for the change."""
    bet = Bet("deep", "?", (1, 2), None, "", pixelcnn_lab, {"layers": 9, "seed": 1})
    assert bet.made_by({"pixelcnn.layers": 9, "pixelcnn.seed": 1, "lab": "PixelCNN"})
    assert not bet.made_by({"pixelcnn.layers": 9})
    assert not bet.made_by({"gated_pixelcnn.layers": 9, "gated_pixelcnn.seed": 1})
    assert not bet.made_by({})
    assert not Bet("none", "?", (1, 2), None, "").made_by({})
