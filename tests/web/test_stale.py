"""Two people write one entry at the same time: nothing either of them wrote is lost, and nobody decides unasked."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from werkzeug.test import TestResponse

from playbook.models import Draft, Version
from tests.web.forms import Form, form_of
from tests.web.test_editor import versions
from tests.world import Browser, World

Browse = Callable[[str], Browser]

BODY = "One.\n\n## Then\n\nTwo.\n\nThree.\n"


def begin(world: World, browse: Browse) -> tuple[Browser, Form]:
    """Milo opens the form of an entry."""
    world.write(
        "price",
        kind="tough_question",
        category="price",
        answer_30s="Ask first.",
        do_not=["Guess"],
        body=BODY,
    )
    milo = browse("milo")
    return milo, form_of(milo.get("/tough-questions/price/edit"), "/edit")


def settled(answer: TestResponse) -> Form:
    assert answer.status_code in {409, 422}, answer.status_code
    return form_of(answer, "/settle")


def clashes(answer: TestResponse) -> dict[str, str]:
    """What each clash is called, and the name of its choice."""
    found = re.findall(
        r'<fieldset class="clash" id="place-([^"]+)"[^>]*>\s*<legend>(.*?)</legend>', answer.text
    )
    return {unescape(label): f"choice.{name}" for name, label in found}


def latest(world: World) -> Version:
    return versions(world, "price")[-1]


def test_changes_that_fit_together_are_offered_and_not_made(world: World, browse: Browse) -> None:
    milo, form = begin(world, browse)
    world.revise("price", by="dana", body=BODY.replace("One.", "One by Dana."), released=False)

    told = form.send(milo, category="risk", body=BODY.replace("Three.", "Three by Milo."), note="My reason")

    assert told.status_code == 409
    assert "Dana saved while you were writing" in told.text
    assert "Nothing is lost, and nothing is saved yet." in told.text
    assert "The two fit together." in told.text
    assert "Use both changes" in told.text
    assert clashes(told) == {}
    for words in ("One by Dana.", "Three by Milo.", "Three changes fit without a choice"):
        assert words in told.text
    assert latest(world).number == 2, "nothing is saved yet"
    assert settled(told).values["note"] == "My reason"
    assert settled(told).send(milo).status_code == 303
    assert latest(world).document.body == BODY.replace("One.", "One by Dana.").replace(
        "Three.", "Three by Milo."
    )
    assert latest(world).document.fields["category"] == "risk"
    assert latest(world).note == "My reason"


def clash(world: World, browse: Browse) -> tuple[Browser, TestResponse]:
    """Both change the answer and the first line; Milo alone another field, Dana alone another line."""
    milo, form = begin(world, browse)
    theirs = BODY.replace("One.", "One by Dana.").replace("Three.", "Three by Dana.")
    world.revise("price", by="dana", body=theirs, answer_30s="Say <b>no</b>.", released=False)
    return milo, form.send(
        milo, category="risk", answer_30s="Say yes.", body=BODY.replace("One.", "One by Milo.")
    )


def test_a_clash_shows_yours_theirs_and_what_was_before_both(world: World, browse: Browse) -> None:
    _, told = clash(world, browse)

    assert set(clashes(told)) == {"Then say", "Text"}
    assert "Two places were changed by both of you" in told.text
    for words in (
        "Say <ins>yes</ins>.",
        "Say &lt;b&gt;no&lt;/b&gt;",
        "Ask first.",
        "One by Milo",
        "One by Dana",
    ):
        assert re.sub(r"</?ins>", "", words) in re.sub(r"</?ins>", "", told.text)
    assert "<b>no</b>" not in told.text
    assert "checked" not in re.sub(r'name="propose"[^>]*', "", told.text), "nothing is chosen beforehand"


@pytest.mark.parametrize(
    ("answer", "text", "said", "line"),
    [
        ("mine", "theirs", "Say yes.", "One by Dana."),
        ("theirs", "mine", "Say <b>no</b>.", "One by Milo."),
        ("both", "both", "Say yes. Say <b>no</b>.", "One by Milo.\nOne by Dana."),
    ],
)
def test_each_clash_is_settled_as_chosen(
    world: World, browse: Browse, answer: str, text: str, said: str, line: str
) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    form.values[names["Then say"]] = answer
    form.values[names["Text"]] = text

    assert form.send(milo).status_code == 303

    saved = latest(world)
    assert saved.document.fields["answer_30s"] == said
    assert saved.document.fields["category"] == "risk"
    assert saved.document.body == BODY.replace("One.", line).replace("Three.", "Three by Dana.")


def test_a_third_wording_can_be_written(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    thirds = {"Then say": "Say: [maybe] #1", "Text": "One by both.\r\n\r\nAnd more."}
    for label, words in thirds.items():
        form.values[names[label]] = "written"
        form.values.setlist(names[label].replace("choice.", "write."), [words])

    assert form.send(milo).status_code == 303

    assert latest(world).document.fields["answer_30s"] == "Say: [maybe] #1"
    assert latest(world).document.body.startswith("One by both.\n\nAnd more.\n\n## Then\n")


def test_a_list_of_both_holds_what_either_added(world: World, browse: Browse) -> None:
    milo, form = begin(world, browse)
    world.revise("price", by="dana", do_not=["Guess", "Rush"], released=False)
    told = form.send(milo, do_not="Guess\r\nBoast")
    again, names = settled(told), clashes(told)
    again.values[names["Don’t"] if "Don’t" in names else next(iter(names.values()))] = "both"

    assert again.send(milo).status_code == 303
    assert latest(world).document.fields["do_not"] == ["Guess", "Boast", "Rush"]


def test_nothing_is_saved_while_a_clash_is_open_and_the_other_choices_stay(
    world: World, browse: Browse
) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    form.values[names["Text"]] = "written"
    form.values.setlist(names["Text"].replace("choice.", "write."), ["My third"])
    form.values.setlist("note", ["Kept"])

    again = form.send(milo)

    assert again.status_code == 422
    assert "Then say: choose what shall stand there." in again.text
    values = settled(again).values
    assert values[names["Text"]] == "written"
    assert values[names["Text"].replace("choice.", "write.")] == "My third"
    assert values["note"] == "Kept"
    assert latest(world).number == 2


def test_what_was_chosen_stays_chosen_when_a_third_saves_in_between(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    form.values[names["Then say"]] = "written"
    form.values.setlist(names["Then say"].replace("choice.", "write."), ["Say maybe."])
    form.values[names["Text"]] = "mine"
    world.revise("price", by="cleo", do_not=["Guess", "Rush"], released=False)

    again = form.send(milo)

    assert again.status_code == 409
    assert "Cleo saved while you were writing" in again.text
    assert clashes(again) == {}
    assert latest(world).number == 3
    assert settled(again).send(milo).status_code == 303
    saved = latest(world).document
    assert saved.fields["answer_30s"] == "Say maybe."
    assert saved.fields["do_not"] == ["Guess", "Rush"]
    assert "One by Milo." in saved.body
    assert "Three by Dana." in saved.body


def test_half_made_choices_stay_too_when_a_third_saves_in_between(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    write = names["Text"].replace("choice.", "write.")
    form.values[names["Text"]] = "written"
    form.values.setlist(write, ["My third"])
    world.revise("price", by="cleo", answer_30s="Say never.", released=False)

    again = form.send(milo)

    assert again.status_code == 409
    assert "Dana and Cleo saved while you were writing" in again.text
    values = settled(again).values
    assert (values[names["Text"]], values[write]) == ("written", "My third")
    assert "Say never." in again.text.replace("<ins>", "").replace("</ins>", "")


def test_words_written_for_a_place_that_changed_again_are_shown(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    form.values[names["Then say"]] = "written"
    form.values.setlist(names["Then say"].replace("choice.", "write."), ["My third answer"])
    world.revise("price", by="cleo", answer_30s="Say never.", released=False)

    again = form.send(milo)

    assert again.status_code == 409
    assert "My third answer" in again.text


def test_the_whole_text_can_be_read_and_changed_before_it_is_saved(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    for name in names.values():
        form.values[name] = "mine"

    whole = form.send(milo, button="whole")

    assert whole.status_code == 200
    assert latest(world).number == 2
    by_hand = form_of(whole, "/edit")
    assert by_hand.values["base"] == "2"
    assert "Say yes." in by_hand.values["document"]
    by_hand.values["document"] = by_hand.values["document"].replace("Say yes.", "Say perhaps.")
    by_hand.values.poplist("action")
    assert by_hand.send(milo).status_code == 303
    assert latest(world).document.fields["answer_30s"] == "Say perhaps."


def test_a_merged_document_that_does_not_fit_its_kind_says_so_and_keeps_the_choices(
    world: World, browse: Browse
) -> None:
    milo, form = begin(world, browse)
    world.revise("price", by="dana", category="risk", released=False)
    told = form.send(milo, category="timing")
    again, names = settled(told), clashes(told)
    [name] = names.values()
    again.values[name] = "written"
    again.values.setlist(name.replace("choice.", "write."), ["no such thing"])

    refused = again.send(milo)

    assert refused.status_code == 422
    assert settled(refused).values[name.replace("choice.", "write.")] == "no such thing"
    assert latest(world).number == 2


def test_who_left_the_page_finds_the_text_among_the_drafts(world: World, browse: Browse) -> None:
    clash(world, browse)

    with world.context():
        [draft] = Draft.all_of(world.person("milo"))
        assert dict(draft.values)["answer_30s"] == "Say yes."
        assert draft.base == 1


def test_the_draft_ends_with_the_settling(world: World, browse: Browse) -> None:
    milo, told = clash(world, browse)
    form = settled(told)
    for name in clashes(told).values():
        form.values[name] = "mine"

    assert form.send(milo).status_code == 303
    with world.context():
        assert Draft.all_of(world.person("milo")) == []


def test_two_who_type_the_same_are_not_set_against_each_other(world: World, browse: Browse) -> None:
    milo, form = begin(world, browse)
    world.revise("price", by="dana", answer_30s="The same.", released=False)

    told = form.send(milo, answer_30s="The same.")

    assert told.status_code == 409
    assert "Everything you wrote is in version 2 already." in told.text
    assert clashes(told) == {}


def test_a_whole_document_is_settled_like_a_form(world: World, browse: Browse) -> None:
    milo, _ = begin(world, browse)
    form = form_of(milo.get("/tough-questions/price/edit?as=document"), "/edit")
    world.revise("price", by="dana", answer_30s="Say no.", released=False)

    told = form.send(milo, document=form.values["document"].replace("Ask first.", "Say yes."))

    assert set(clashes(told)) == {"Then say"}


@pytest.mark.parametrize("missing", ["base", "seen", "document"])
def test_t82_a_settling_without_what_it_rests_on_is_refused_with_the_text(
    world: World, browse: Browse, missing: str
) -> None:
    milo, told = clash(world, browse)
    form, names = settled(told), clashes(told)
    for name in names.values():
        form.values[name] = "written"
        form.values.setlist(name.replace("choice.", "write."), ["My third"])
    form.values.poplist(missing)

    answer = form.send(milo)

    assert answer.status_code in {400, 422, 409, 403}
    assert "My third" in answer.text
    assert latest(world).number == 2


def test_a_way_that_is_not_offered_is_refused(world: World, browse: Browse) -> None:
    milo, form = begin(world, browse)
    world.revise("price", by="dana", category="risk", released=False)
    told = form.send(milo, category="timing")
    again = settled(told)
    [name] = clashes(told).values()

    for way in ("both", "everything", ""):
        again.values[name] = way
        assert again.send(milo).status_code == 422
    assert latest(world).number == 2


def test_whoever_may_not_read_what_was_saved_is_not_shown_it(world: World, browse: Browse) -> None:
    milo, form = begin(world, browse)
    told = form.send(milo, answer_30s="First")  # version 2 by Milo
    assert told.status_code == 303
    form.values["answer_30s"] = "Mine"
    world.revise("price", by="dana", audience="restricted", owner="dana.okafor", answer_30s="A secret")

    answer = form.send(milo)

    assert answer.status_code == 404
    assert "A secret" not in answer.text
    assert "Mine" in answer.text


def test_strangers_and_readers_settle_nothing(world: World, browse: Browse) -> None:
    world.write("price")
    typed = {"base": "1", "seen": "1", "document": "Mine <b>"}

    for person, status in (("ana", 403), ("", 401)):
        client = browse(person)
        token = re.findall(
            r'csrf_token" value="([^"]+)', client.get("/library" if person else "/sign-in").text
        )[0]
        answer = client.client.post("/notes/price/settle", data={**typed, "csrf_token": token})
        assert answer.status_code == status
        assert "Mine &lt;b&gt;" in answer.text
    assert browse("milo").client.post("/notes/price/settle", data=typed).status_code == 400
    assert browse("milo").post("/notes/nothing/settle", typed).status_code == 404
