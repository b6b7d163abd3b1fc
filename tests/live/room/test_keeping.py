"""What was acknowledged is kept, whatever happens to the process or the file."""

from __future__ import annotations

import shutil
import signal

TROUBLE = "It cannot be saved just now. Keep this page open, we keep trying."


def test_kill_9_loses_nothing_acknowledged(own_room, new_key):
    """Answers, drafts and the cookie survive; who was connected is not here now."""
    own_room.ask("plan.name", "plan.minutes")
    guest = own_room.join()
    page = guest.page()
    page.asked("plan.name", "plan.minutes")
    assert page.put("plan.name", "Museum")["kind"] == "saved"
    assert page.put("plan.minutes", "4", final=False)["kind"] == "draft"
    assert own_room.workshop.store.present() == {guest.id}
    own_room.process.send_signal(signal.SIGKILL)
    own_room.process.wait()
    own_room.start()

    assert own_room.workshop.store.present() == set()
    view = guest.page().hear("room")
    assert view["values"] == {"plan.name": "Museum", "plan.minutes": "4"}
    assert list(view["known"]) == ["plan.minutes"]
    assert own_room.workshop.answers(guest.id) == {"plan.name": "Museum"}
    own_room.lead.close(new_key(), ["plan.name"])
    guest.pages[-1].see(lambda seen: seen["locked"])


def test_a_file_that_is_away_for_a_while(own_room, new_key, wait_until):
    """Nothing is acknowledged meanwhile; the same change is kept once it is back."""
    own_room.ask("plan.name")
    guest = own_room.join()
    page = guest.page()
    page.asked("plan.name")
    away = own_room.path.with_suffix(".away")
    own_room.path.rename(away)
    key = new_key()
    change = {"plan.name": {"key": key, "value": "Museum", "final": True}}
    page.say({"type": "put", "outbox": change})
    assert page.hear("trouble")["message"] == TROUBLE
    assert own_room.knock().status == 503
    assert "The workshop file was moved or replaced" in own_room.log.read_text()
    assert str(own_room.path.parent) not in "".join(page.heard)
    away.rename(own_room.path)
    receipt = page.put("plan.name", "Museum", key=key)

    assert receipt["kind"] == "saved", receipt
    assert own_room.workshop.answers(guest.id) == {"plan.name": "Museum"}
    own_room.join("Fictional Noor").page().hear("room")
    own_room.lead.close(new_key(), ["plan.name"])
    assert page.see(lambda seen: seen["locked"])["values"] == {"plan.name": "Museum"}
    wait_until(lambda: len(own_room.workshop.store.present()) == 2)


def test_a_copy_in_place_of_the_file_is_refused(own_room):
    """What is written to a file without a name would be lost, so it is not taken."""
    own_room.ask("plan.name")
    page = own_room.join().page()
    page.asked("plan.name")
    copy = own_room.path.with_suffix(".copy")
    shutil.copy(own_room.path, copy)
    copy.replace(own_room.path)
    page.say({"type": "put", "outbox": {"plan.name": {"key": "k" * 8, "value": "x"}}})

    assert page.hear("trouble")["message"] == TROUBLE
