"""The form in a bare page: the same module without Jupyter, on any screen."""

from __future__ import annotations

import re

import pytest

from workshop_kit.forms import fields

VALUES = {
    "voice.who": "one_voice",
    "goals.which": ["dialogue", {"other": "Vrienden vinden"}],
    "goals.order": ["collection", "dialogue"],
    "goals.dots": {"dialogue": 2, "visits": 1},
    "style.helps": 4,
    "voice.name": "@deschuit",
    "voice.story": "Elke week een voorwerp.",
    "res.posts": 3,
    "res.hours": 2.5,
    "plan.review": "2027-03-01",
    "ch.list": [{"name": "Blog", "network": {"other": "Eigen site"}, "hours": 1.5}],
    "ch.keep": ["Krant"],
}
CHOICES = {"ch.keep": [{"id": "Blog", "label": "Blog"}]}


def card(page, question):
    """Return the card of a question."""
    return page.locator(f"[data-group='{question}']")


def sent(page, question):
    """Return the last change that was sent for the question."""
    return page.evaluate(
        "(id) => host.messages.map((message) => message[id]).filter(Boolean).at(-1)",
        question,
    )


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [
        ("nl", 320, "light"),
        ("nl", 1280, "dark"),
        ("en", 320, "dark"),
        ("en", 1280, "light"),
    ],
)
def test_axe_finds_nothing_and_sees_the_colours(bare, axe, lang, width, scheme):
    """No rule is broken in either theme, filled in and with errors in sight."""
    page = bare(lang, width=width, scheme=scheme, values=VALUES, choices=CHOICES)
    page.clock.install()
    page.evaluate("host.refuse = 'Dit past niet.'")
    for field in ("res.posts", "res.hours"):
        card(page, field).locator("input").fill("veel")
        card(page, field).locator("input").blur()
    card(page, "voice.who").locator("label").nth(1).click()
    page.evaluate("host.refuse = undefined; host.silent = true")
    card(page, "style.helps").locator("label").first.click()
    page.clock.fast_forward(6000)
    page.locator(".wk-banner").wait_for(timeout=6000)
    # At the end of the page the banner lies over nothing.
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    report = axe(page, ".wk-form", passes=True)
    assert report["violations"] == []
    judged = [one for one in report["passes"] if one["id"] == "color-contrast"]
    assert len(judged[0]["nodes"]) > 40
    unsure = [
        (node["html"], check["data"]["messageKey"])
        for one in report["incomplete"]
        if one["id"] == "color-contrast"
        for node in one["nodes"]
        for check in node["any"]
        if check["data"]["messageKey"] != "nonBmp"  # arrows, in the accent colour
    ]
    assert unsure == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_focus_stand_out(bare, scheme):
    """Text keeps 7 to 1; edges of fields and the focus ring keep 3 to 1."""
    page = bare(scheme=scheme)
    colours = page.locator(".wk-form").evaluate(
        """(form) => {
          const style = getComputedStyle(form);
          return Object.fromEntries(
            ["ink", "muted", "edge", "paper", "tint", "accent", "on-accent",
             "chosen", "error", "error-tint"]
              .map((name) => [name, style.getPropertyValue(`--wk-${name}`).trim()]));
        }"""
    )
    for words in ("ink", "muted", "accent", "error"):
        for ground in ("paper", "tint", "chosen"):
            assert _contrast(colours[words], colours[ground]) >= 7, (words, ground)
    assert _contrast(colours["on-accent"], colours["accent"]) >= 7
    assert _contrast(colours["error"], colours["error-tint"]) >= 7
    for ground in ("paper", "chosen"):
        assert _contrast(colours["edge"], colours[ground]) >= 3
    page.keyboard.press("Tab")
    outline = page.locator(":focus").evaluate(
        "(one) => [getComputedStyle(one).outlineWidth,"
        " getComputedStyle(one).outlineStyle]"
    )
    assert outline == ["3px", "solid"]


def _contrast(one, other):
    """Return the contrast ratio of two colours, as WCAG 2.2 defines it."""

    def luminance(colour):
        parts = [int(part, 16) / 255 for part in re.findall("[0-9a-f]{2}", colour)]
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_cut_off(bare, lang, width):
    """No label, button or card is wider than its place, and the page fits."""
    page = bare(lang, width=width, values=VALUES, choices=CHOICES)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".wk-title, .wk-hint, label, legend, button, .wk-card")
    assert (
        cut.evaluate_all(
            """(all) => all.filter((one) => one.offsetParent
              && getComputedStyle(one).clipPath === 'none'
              && (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0))
              .map((one) => one.textContent)"""
        )
        == []
    )


def test_a_long_word_in_a_ranking_is_not_cut_in_two(bare):
    """On a phone the buttons go below it."""
    page = bare(width=360, values=VALUES, choices=CHOICES)
    label = page.locator("[data-group='goals.order'] .wk-ranked .wk-item-label").first
    heights = [
        label.evaluate(
            "(one, word) => (one.textContent = word, one.offsetHeight)", word
        )
        for word in ("Naam", "Naamsbekendheid")
    ]
    assert heights[0] == heights[1]


def test_targets_are_large_enough_for_a_thumb(bare):
    """Everything that can be pressed is at least 44 pixels high and wide."""
    page = bare(width=375, values=VALUES, choices=CHOICES)
    small = page.locator("button, select, label, .wk-input").evaluate_all(
        """(all) => all.filter((one) => one.offsetParent
            && !one.matches('.wk-title, .wk-cell-label'))
          .map((one) => [one.textContent, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44)
          .map(([words, box]) => [words, box.width, box.height])"""
    )
    assert small == []
    sizes = page.locator("input, textarea, select").evaluate_all(
        "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 16


def test_rows_are_a_table_where_there_is_room(bare):
    """On a wide screen the names of columns stand once, on a phone in each card."""
    wide = bare(values=VALUES)
    assert wide.get_by_role("columnheader", name="Naam").is_visible()
    phone = bare(width=375, values=VALUES)
    assert phone.locator("thead").is_hidden()
    label = phone.locator(".wk-cell-label").first
    assert label.bounding_box()["height"] > 15
    assert phone.get_by_role("row").count() == 1


def test_values_come_back_as_they_were(bare):
    """What was stored is shown, decimals with the comma of the language."""
    page = bare(values=VALUES, choices=CHOICES)
    assert card(page, "voice.who").locator(":checked").count() == 1
    assert card(page, "goals.which").get_by_role("textbox").input_value() == (
        "Vrienden vinden"
    )
    assert card(page, "res.hours").locator("input").input_value() == "2,5"
    assert card(page, "plan.review").locator("input").input_value() == "2027-03-01"
    assert card(page, "goals.order").locator("li .wk-item-label").all_inner_texts() == [
        "De collectie delen",
        "In gesprek met het publiek",
    ]
    assert page.evaluate("host.messages.length") == 0


def test_a_choice_that_left_the_list_stays_in_sight(bare):
    """What was picked from a list that changed is not dropped in silence."""
    page = bare(values=VALUES, choices=CHOICES)
    boxes = card(page, "ch.keep").get_by_role("checkbox")
    assert boxes.count() == 2
    card(page, "ch.keep").get_by_text("Blog").click()
    assert sent(page, "ch.keep")["value"] == ["Blog", "Krant"]


def test_the_most_that_can_be_chosen_is_said_and_kept(bare):
    """One choice too many is not made, and words say why."""
    page = bare("en")
    labels = card(page, "goals.which").locator("label")
    for index in range(4):
        labels.nth(index).click()
    error = card(page, "goals.which").locator(".wk-error")
    assert error.text_content() == "You can choose at most 3. Remove one first."
    assert page.locator("[role=status]").text_content() == error.text_content()
    assert len(sent(page, "goals.which")["value"]) == 3


def test_a_ranking_keeps_the_focus_and_says_the_place(bare):
    """After a move the same button of the same item has the focus."""
    page = bare("en", values={"goals.order": ["dialogue", "reach", "visits"]})
    page.locator("[data-id=visits] .wk-up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("[data-id=visits] .wk-up:focus").count() == 1
    assert sent(page, "goals.order")["value"] == ["visits", "dialogue", "reach"]
    words = page.locator("[role=status]").text_content()
    assert words in {"More visitors in the house: place 1 of 3", "Saved at 14:05"}
    page.locator("[data-id=dialogue] .wk-remove").click()
    assert page.locator("[data-id=reach] .wk-remove:focus").count() == 1


def test_dots_are_divided_with_the_keyboard(bare):
    """Counts are text, the focus stays on its button, and too many are refused."""
    page = bare("en")
    dots = card(page, "goals.dots")
    more = dots.get_by_role("button", name="Reaching more people: one dot more")
    less = dots.get_by_role("button", name="Reaching more people: one dot less")
    assert dots.locator(".wk-dots-left").text_content() == "Dots left: 3 of 3"
    assert dots.locator(".wk-dots-n").all_inner_texts() == ["Dots: 0"] * 4
    assert less.get_attribute("aria-disabled") == "true"
    more.focus()
    for _ in range(4):
        page.keyboard.press("Enter")
    assert more.evaluate("(one) => one === document.activeElement")
    assert more.get_attribute("aria-disabled") == "true"
    error = dots.locator(".wk-error")
    assert error.text_content() == "You have no dots left. Take one back first."
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert less.evaluate("(one) => one === document.activeElement")
    said = page.locator("[role=status]").text_content()
    assert said == "Reaching more people. Dots: 2. Dots left: 1."
    assert error.is_hidden()
    dots.get_by_role("button", name="More visitors in the house: one dot more").click()
    page.wait_for_function("host.messages.length > 0")
    assert sent(page, "goals.dots")["value"] == {"reach": 2, "visits": 1}
    assert dots.locator(".wk-dots-left").text_content() == "Dots left: 0 of 3"
    less.click()
    less.click()
    page.wait_for_function(
        "host.messages.at(-1)['goals.dots']?.value?.reach === undefined"
    )
    assert sent(page, "goals.dots")["value"] == {"visits": 1}


def test_advice_is_shown_with_its_option(bare):
    """Advice appears when the option is chosen and is tied to it."""
    page = bare("en")
    advice = card(page, "voice.who").locator(".wk-advice")
    assert advice.is_hidden()
    card(page, "voice.who").locator("label").first.click()
    assert advice.is_visible()
    radio = card(page, "voice.who").locator("input").first
    assert radio.get_attribute("aria-describedby") == advice.get_attribute("id")


@pytest.mark.parametrize(
    ("question", "typed", "words"),
    [
        ("res.posts", "2,5", "This is not a whole number. Write it like 12."),
        ("res.posts", "101", "Fill in a number from 0 to 100."),
        ("res.hours", "veel", "This is not a number. Write it like 12 or 2.5."),
        ("res.hours", "2,5", ""),
        ("res.hours", "2.5", ""),
    ],
)
def test_numbers_are_judged_at_once_and_sent_as_typed(bare, question, typed, words):
    """Comma and point both work; what is no number is said beside the field."""
    page = bare("en")
    field = card(page, question).locator("input")
    field.fill(typed)
    field.blur()
    error = card(page, question).locator(".wk-error")
    page.wait_for_function("host.messages.length > 0")
    assert sent(page, question)["value"] == typed
    assert error.text_content() == words
    assert field.get_attribute("aria-invalid") == ("true" if words else None)
    assert error.get_attribute("id") in field.get_attribute("aria-describedby")


def test_a_refusal_stands_at_its_field(bare):
    """What Python refuses is said at the field and not called saved."""
    page = bare("en")
    page.evaluate("host.refuse = 'This does not fit.'")
    field = card(page, "voice.name").locator("input")
    field.fill("x")
    field.blur()
    page.wait_for_function(
        "document.querySelector('[data-group=\"voice.name\"] .wk-error').textContent"
    )
    assert field.get_attribute("aria-invalid") == "true"
    assert card(page, "voice.name").locator(".wk-status").text_content() == (
        "Not saved yet"
    )


def test_a_lost_connection_is_said_and_made_good(bare):
    """Without a receipt a banner shows; afterwards all is sent, under its own key."""
    page = bare("en")
    page.evaluate("host.silent = true")
    card(page, "voice.who").locator("label").first.click()
    key = sent(page, "voice.who")["key"]
    banner = page.locator(".wk-banner")
    assert banner.is_hidden()
    banner.wait_for(timeout=4500)
    assert banner.text_content().startswith("Not saved: the connection is lost.")
    status = card(page, "voice.who").locator(".wk-status")
    assert status.text_content() == banner.text_content()
    card(page, "style.helps").locator("label").first.click()
    page.evaluate("host.silent = false; window.dispatchEvent(new Event('online'))")
    banner.wait_for(state="hidden")
    assert sent(page, "voice.who")["key"] == key
    for question in ("voice.who", "style.helps"):
        status = card(page, question).locator(".wk-status")
        assert status.text_content() == "Saved at 14:05"


def test_a_late_receipt_does_not_settle_a_newer_change(bare):
    """Only the receipt with the key of the last change counts."""
    page = bare("en")
    page.evaluate("host.silent = true")
    field = card(page, "voice.name").locator("input")
    field.fill("a")
    field.blur()
    old = sent(page, "voice.name")
    field.fill("ab")
    field.blur()
    page.evaluate(
        """(key) => host.tell("receipts", {"voice.name":
          {key, kind: "saved", saved_at: "14:05", message: "", field: ""}})""",
        old["key"],
    )
    assert card(page, "voice.name").locator(".wk-status").text_content() == ""
    card(page, "voice.who").locator("label").first.click()
    assert sent(page, "voice.name")["value"] == "ab"


def test_hidden_questions_keep_what_was_filled_in(bare):
    """Not relevant is not shown; relevant again shows the same words."""
    page = bare(values=VALUES)
    page.evaluate("host.tell('hidden', ['voice.name'])")
    assert card(page, "voice.name").is_hidden()
    page.evaluate("host.tell('hidden', [])")
    assert card(page, "voice.name").locator("input").input_value() == "@deschuit"


def test_values_from_elsewhere_do_not_disturb_who_is_typing(bare):
    """A field in use is left alone; the others take over what Python holds."""
    page = bare()
    field = card(page, "voice.name").locator("input")
    field.press_sequentially("mijn")
    page.evaluate("host.tell('values', {'voice.name': 'x', 'res.posts': 7})")
    assert field.input_value() == "mijn"
    assert card(page, "res.posts").locator("input").input_value() == "7"


def test_an_old_draft_becomes_final_when_it_is_left(bare):
    """A draft of an earlier visit needs no other letter to be handed in."""
    draft = {"kind": "draft", "key": "", "saved_at": "", "message": "", "field": ""}
    page = bare(
        "en", values={"voice.name": "half"}, receipts={"voice.name": dict(draft)}
    )
    assert card(page, "voice.name").locator(".wk-status").text_content() == "Draft"
    card(page, "voice.name").locator("input").focus()
    page.keyboard.press("Tab")
    assert sent(page, "voice.name") | {"key": ""} == {
        "key": "",
        "value": "half",
        "final": True,
        "attempt": 1,
    }


def test_words_of_people_are_never_markup(bare):
    """Text with tags is shown as it was written, wherever it stands."""
    evil = "<img src=x onerror=\"document.title='gone'\"><b>x</b>"
    page = bare(
        values=VALUES | {"goals.which": [{"other": evil}], "voice.name": evil},
        choices={"ch.keep": [{"id": evil, "label": evil}]},
        receipts={
            "voice.name": {
                "kind": "error",
                "key": "k",
                "message": evil,
                "saved_at": evil,
                "field": "",
            }
        },
    )
    page.wait_for_timeout(100)
    assert page.locator("#host img, #host b").count() == 0
    assert page.title() == "Form"
    assert evil in card(page, "ch.keep").text_content()
    assert evil in card(page, "voice.name").text_content()


def test_the_tab_key_visits_every_question(bare):
    """From the first control on, Tab passes all questions in their order."""
    page = bare("en", values=VALUES, choices=CHOICES)
    groups = page.locator(".wk-card").evaluate_all(
        "(all) => all.filter((one) => one.querySelector('input, textarea, button'))"
        ".map((one) => one.dataset.group)"
    )
    visited = []
    for _ in range(80):
        page.keyboard.press("Tab")
        group = page.evaluate(
            "document.activeElement.closest('[data-group]')?.dataset.group"
        )
        if group and group not in visited:
            visited.append(group)
    assert visited == groups


def test_a_form_that_is_taken_away_leaves_nothing_behind(bare):
    """Stopping removes the form and hands in what was being typed."""
    page = bare()
    card(page, "voice.name").locator("input").press_sequentially("half")
    page.evaluate("window.stop()")
    assert page.locator(".wk-form").count() == 0
    assert sent(page, "voice.name")["value"] == "half"
    assert page.errors == []
    assert page.strangers == []


def decision_card(**more):
    """Return the card of a decision whose half-filled form is kept."""
    made = {
        "id": "voice.name",
        "legend": "Hoe heten we?",
        "hint": "",
        "action": "Leg vast",
        "fields": [fields.text("voice.name", "Naam"), fields.text("reason", "Reden")],
        "drafts": True,
    }
    return made | more


def test_a_half_decision_is_sent_as_a_draft(bare):
    """What is typed on a card with a button is kept before the button is pressed."""
    page = bare(groups=[decision_card()])
    page.get_by_label("Reden").press_sequentially("Omdat we")
    page.wait_for_function("host.messages.length > 0")
    sent = page.evaluate("host.messages.at(-1)['voice.name']")
    assert sent["value"] == {"reason": "Omdat we"}
    assert sent["final"] is False
    page.get_by_text("Concept bewaard").wait_for()
    page.get_by_role("button", name="Leg vast").click()
    page.wait_for_function("host.messages.at(-1)['voice.name'].final")


def test_a_card_without_drafts_sends_nothing_before_its_button(bare):
    """Where a half-filled card is not kept, none is sent and none is promised."""
    page = bare(groups=[decision_card(drafts=False)])
    page.get_by_label("Reden").press_sequentially("Omdat we")
    page.wait_for_timeout(1200)
    assert page.evaluate("host.messages") == []


def test_a_card_that_is_drawn_anew_keeps_words_and_caret(bare):
    """At a reveal the hint changes under the hands of who types; nothing is lost."""
    page = bare(groups=[decision_card()])
    reason = page.get_by_label("Reden")
    reason.press_sequentially("Omdat we ")
    spec = page.evaluate("host.state.spec")
    spec["groups"] = [decision_card(hint="Voorop: @deschuit")]
    page.evaluate("(spec) => host.tell('spec', spec)", spec)
    page.get_by_text("Voorop: @deschuit").wait_for()
    page.keyboard.type("open zijn")
    assert page.get_by_label("Reden").input_value() == "Omdat we open zijn"
    page.wait_for_function(
        "host.messages.at(-1)?.['voice.name'].value.reason === 'Omdat we open zijn'"
    )
    assert page.locator(".wk-card").count() == 1
