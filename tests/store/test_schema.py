"""A workshop in PostgreSQL is whole or not there, apart from others, and guarded."""

from __future__ import annotations

import builtins
import os
import subprocess
import threading
from contextlib import closing, suppress

import psycopg
import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.migrations import MIGRATIONS, Migration, migrate
from workshop_kit.store.place import located
from workshop_kit.store.schema import is_there, new_schema, remove
from workshop_kit.store.tables import TABLES

LOST = (
    "The connection with the database was lost. It is not certain whether the last"
    " record was kept. Try again: what is sent twice is recorded once."
)


@pytest.fixture
def place(postgres):
    """Name a place in the database: here the database itself is looked into."""
    return postgres.url()


def make(url, **more):
    """Create a workshop of which only the place matters."""
    return Store.create(url, kit="social_media", kit_version="1.0", **more)


def refusal(url, **more):
    """Return the words with which a workshop is not opened."""
    with pytest.raises(StoreError) as refused:
        Store.open(url, **more)
    return str(refused.value)


def raw(postgres, store):
    """Connect as another program does, to the tables of one workshop."""
    return closing(
        psycopg.connect(
            host="127.0.0.1",
            port=postgres.port,
            user=postgres.USER,
            password=postgres.PASSWORD,
            dbname="programme",
            autocommit=True,
            options=f'-c search_path="{store.path.schema}"',
        )
    )


# ------------------------------------------------------------------- the address


def test_the_address_is_shown_without_its_password(postgres, store):
    """Neither as text nor as a representation, nor in what goes wrong."""
    shown = f"{store.path} {store.path!r}"
    with pytest.raises(StoreError) as refused:
        store.record_answer(
            participant="nobody",
            question="q",
            value=1,
            key="k",
            kit_version="",
            wording_hash="",
        )
    shown += str(refused.value)

    assert "MARK" not in shown
    assert str(store.path) == (
        f"postgresql://fictional@127.0.0.1:{postgres.port}/programme"
        f"?workshop={store.path.workshop}"
    )


def test_the_text_of_an_address_opens_it_with_the_password_elsewhere(
    postgres, store, monkeypatch
):
    """As in a notebook: PGPASSWORD holds what the address does not."""
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    with Store.open(str(store.path)) as again:
        assert again.workshop() == store.workshop()


# ------------------------------------------------------------- made whole or not


def test_nothing_is_overwritten(store, place):
    """A workshop of that name stays as it is."""
    before = store.workshop()
    with pytest.raises(StoreError) as refused:
        make(place)

    assert str(refused.value) == (
        f"{store.path}: There is already a workshop of this name."
        " Open it, or choose another name; nothing was changed."
    )
    assert store.workshop() == before


def test_of_two_who_make_the_same_one_succeeds(place):
    """Whoever comes second waits, and finds the name taken."""
    outcomes = []

    def one():
        try:
            make(place).close()
            outcomes.append("made")
        except StoreError as error:
            outcomes.append(error.what)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [
        *["There is already a workshop of this name."] * 3,
        "made",
    ]


def test_who_makes_one_waits_no_longer_than_told(place):
    """Somebody else who is making it is waited for, and then told of."""
    with (
        new_schema(located(place), wait=10),
        pytest.raises(StoreError, match=r"locked for 0\.05 seconds"),
    ):
        make(place, wait=0.05)


def test_a_failure_half_way_leaves_nothing(postgres, place):
    """An institution that cannot be written leaves no schema behind."""
    with pytest.raises(StoreError, match="half a character"):
        make(place, institution="\ud83d")

    found = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    assert postgres.sql(found, located(place).schema) == []
    assert "There is no workshop of this name" in refusal(place)


def test_an_empty_schema_is_filled(postgres, place):
    """In some houses only who looks after the database may make one."""
    postgres.sql(f'CREATE SCHEMA "{located(place).schema}"')
    assert "There is no workshop of this name" in refusal(place)
    with make(place) as made:
        assert made.workshop().kit == "social_media"


def test_a_missing_one_is_not_made(place):
    """Opening a name that is not there leaves it so."""
    says = (
        f"{located(place)}: There is no workshop of this name in the database."
        " Check the name, or make a new workshop."
    )
    assert refusal(place) == refusal(place) == says


def test_one_that_is_removed_is_gone_with_all_that_is_in_it(postgres, store, place):
    """Of its name another can be made; those beside it stay."""
    other = make(postgres.url())
    store.close()
    assert is_there(store.path)
    remove(store.path)

    assert not is_there(store.path)
    assert "There is no workshop of this name" in refusal(place)
    make(place).close()
    assert is_there(other.path)
    assert other.workshop().kit == "social_media"
    other.close()


def test_workshops_in_one_database_are_apart(postgres, store, answer):
    """Neither records nor the turn to write of one are those of another."""
    answer("a", key="k")
    with make(postgres.url(), wait=2) as other:
        assert other.answer_log() == other.participants() == []
        with store.together():
            answer("b", key="l")
            other.join("Fictional Ada", "editor", "nl")
        assert len(store.participants()) == len(other.participants()) == 1


# -------------------------------------------------------------- who is not let in


def test_a_wrong_password_is_not_repeated(postgres):
    """It is said what to do, and neither password stands in it."""
    wrong = {"password": "MARK wrong"}
    says = refusal(postgres.url(**wrong))

    assert says.endswith(
        "The database does not know this user with this password. Put the password in"
        " PGPASSWORD or in ~/.pgpass, and see who is the user."
    )
    assert "MARK" not in says


def test_a_database_that_is_not_there(postgres):
    """The message names it, and the command that makes it."""
    assert refusal(postgres.url("a", database="nowhere")) == (
        f"postgresql://fictional@127.0.0.1:{postgres.port}/nowhere?workshop=a:"
        " There is no database of this name on the server."
        " Check the name, or have it made with: createdb NAME"
    )


def test_a_server_that_is_not_there(postgres, free_port):
    """Nothing hangs, and the reason stands in the message."""
    port = free_port()

    assert refusal(postgres.url("a", port=port)) == (
        f"postgresql://fictional@127.0.0.1:{port}/programme?workshop=a:"
        " The database cannot be reached (Connection refused). See whether it runs, and"
        " whether the address is right."
    )


def test_a_setting_that_the_server_does_not_know(postgres):
    """What the server says stands there, without its name and the word fatal."""
    says = refusal(postgres.url("a", more="&options=-c%20fictional%3D1"))

    assert (
        "The database cannot be reached (unrecognized configuration parameter"
        ' "fictional").'
    ) in says


def test_a_setting_that_does_not_exist(postgres):
    """A slip in the address is named."""
    says = refusal(postgres.url("a", more="&sslmood=require"))
    assert (
        'The database cannot be reached (invalid connection option "sslmood")' in says
    )


def test_a_database_that_cannot_hold_every_character(postgres):
    """An old encoding would refuse a participant's words in the middle of the day."""
    latin = postgres.url("a", database="latin")
    says = (
        f"{located(latin)}: This database cannot hold every character (it is in"
        " LATIN1). Have one made with: createdb --encoding UTF8 NAME"
    )
    with pytest.raises(StoreError) as refused:
        make(latin)
    assert says == str(refused.value) == refusal(latin)


def test_somebody_who_may_only_read(postgres, store, answer):
    """Opening asks for the right to write, so nobody finds out at the first answer."""
    answer("a", key="k")
    schema, name = store.path.schema, f"reader_{store.path.workshop}"
    postgres.sql(f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'x'")
    postgres.sql(f'GRANT USAGE ON SCHEMA "{schema}" TO "{name}"')
    postgres.sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO "{name}"')
    as_reader = {"user": name, "password": "x"}
    reading = postgres.url(store.path.workshop, **as_reader)
    with Store.open(reading) as reader:
        assert len(reader.answer_log()) == 1
        with pytest.raises(StoreError) as refused:
            reader.join("Fictional Ada", "editor", "nl")
    assert str(refused.value) == (
        f"{located(reading)}: You are not allowed to change this workshop in the"
        " database (permission denied for table clock). Ask whoever looks after the"
        " database for permission."
    )
    with pytest.raises(StoreError, match="permission denied for database"):
        make(postgres.url(**as_reader))


def test_a_database_that_can_only_be_read(store):
    """As one that follows another; here a step that only reads is asked to write."""
    with pytest.raises(StoreError) as refused, store._database.read() as connection:
        connection.run("DELETE FROM draft")

    assert str(refused.value) == (
        f"{store.path}: This database can only be read (cannot execute DELETE in a"
        " read-only transaction). Nothing was changed. Use the address of the server"
        " that may be written."
    )


def test_nul_that_reaches_the_database_is_said(store):
    """Records with it are refused before; whatever else asks hears the same."""
    with pytest.raises(StoreError) as refused, store._database.read() as connection:
        connection.run("SELECT CAST(:word AS TEXT)", {"word": "a\0"})

    assert str(refused.value) == (
        f"{store.path}: A text contains the character NUL, which cannot be kept."
        " Remove the unreadable character, or type the text again."
    )


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ("08000 08003 08004 08006 08007 08P01", LOST),
        ("57P01 57P02 57P05 25P03 25P04", LOST),
        ("25P01 25P02", "The database has undone this step. Nothing was changed."),
        ("28000 28P01", "The database does not know this user with this password."),
    ],
)
def test_codes_that_mean_the_same_say_the_same(store, codes, says):
    """As the appendix of PostgreSQL's manual explains them."""
    for code in codes.split():
        assert str(store._database.refusal(code)).startswith(f"{store.path}: {says}")


def test_without_the_driver_it_says_what_to_install(place, monkeypatch):
    """The extra is named as pip wants it."""
    real = builtins.__import__

    def without(name, *more):
        if name == "psycopg":
            raise ImportError
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert refusal(place) == (
        f"{located(place)}: A workshop in PostgreSQL needs psycopg, which is not"
        " installed."
        ' Install it with: pip install "workshop-kit[postgres]"'
    )


# -------------------------------------------------------------------- the layout


def test_both_stores_have_the_same_tables(store):
    """Steps and table definitions name the same columns, in the same order."""
    in_database: dict[str, list[str]] = {}
    with store._database.read() as connection:
        for table, column in connection.run(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() ORDER BY ordinal_position"
        ):
            in_database.setdefault(table, []).append(column)
    # SQLite has this one without being asked.
    in_database["participant"].remove("rowid")

    assert in_database == {n: list(t.columns) for n, t in TABLES.items()}


def test_a_step_that_fails_leaves_the_former_layout(postgres, store, answer):
    """The good step before it stays, of the broken one nothing remains."""
    kept = answer("a", key="k")
    number = len(MIGRATIONS) + 1
    good = Migration(
        number=number,
        name="a note",
        statements=("ALTER TABLE workshop ADD COLUMN note TEXT NOT NULL DEFAULT ''",),
    )
    broken = Migration(
        number=number + 1,
        name="half a step",
        statements=(
            "CREATE TABLE half (x TEXT) STRICT",
            "INSERT INTO nowhere VALUES (1)",
        ),
    )
    with pytest.raises(StoreError, match='relation "nowhere" does not exist'):
        migrate(store._database, (*MIGRATIONS, good, broken))

    assert [kept] == store.answer_log()
    with raw(postgres, store) as other:
        steps = other.execute("SELECT max(number) FROM migration").fetchone()
        assert steps == (number,)
        assert other.execute("SELECT note FROM workshop").fetchall() == [("",)]
        assert other.execute("SELECT to_regclass('half')").fetchone() == (None,)
    assert refusal(store.path).endswith(
        f"This workshop was made by a newer workshop-kit (layout {number})."
        f" Update workshop-kit, which knows layouts up to {len(MIGRATIONS)}."
    )


LOGS = [table for step in MIGRATIONS for table in step.logs]


def test_every_log_is_guarded_in_both_stores():
    """What SQLite guards by triggers is named for PostgreSQL too."""
    guarded = {
        statement.split()[2].removesuffix("_no_delete")
        for step in MIGRATIONS
        for statement in step.of("sqlite")
        if statement.startswith("CREATE TRIGGER") and "_no_delete " in statement
    }
    assert guarded == set(LOGS)


@pytest.mark.parametrize("table", ["answer", "action"])
@pytest.mark.parametrize(
    "rewrite",
    [
        "UPDATE {table} SET at = '2000-01-01T00:00:00.000000Z'",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "INSERT INTO {table} SELECT * FROM {table}"
        " ON CONFLICT (seq) DO UPDATE SET at = 'x'",
    ],
)
def test_raw_sql_cannot_rewrite_a_log(postgres, store, answer, table, rewrite):
    """The database itself refuses, without help from this program."""
    answer("a", key="k")
    store.act("ballot", "goals.which", "open", by="Fictional board", key="k")
    with raw(postgres, store) as other:
        before = other.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation) as refused:
            other.execute(rewrite.format(table=table))
        assert refused.value.diag.message_primary == f"{table} is append-only"
        assert before == other.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


@pytest.mark.parametrize(
    ("setting", "theirs", "ours"),
    [
        # Only what the disk has is acknowledged.
        ("synchronous_commit", "off", "on"),
        # A laptop that falls asleep in the middle keeps nobody waiting for ever.
        ("idle_in_transaction_session_timeout", "0", "30s"),
        ("lock_timeout", "0", "3s"),
        ("tcp_keepalives_idle", "7200", "10"),
        ("tcp_keepalives_interval", "75", "5"),
        ("tcp_keepalives_count", "9", "3"),
        ("search_path", "public", None),
        ("jit", "on", "off"),
    ],
)
def test_what_we_rely_on_is_not_left_to_the_server(
    postgres, store, setting, theirs, ours
):
    """Whatever the server or the address says, a connection is set up as we need it."""
    more = f"&options=-c%20{setting}%3D{theirs}"
    with (
        Store.open(postgres.url(store.path.workshop, more=more), wait=3) as opened,
        opened._database.read() as connection,
    ):
        found = connection.one(f"SHOW {setting}")
    assert found == (ours or f'"{store.path.schema}"')


def test_other_options_of_an_address_are_kept(postgres, store):
    """What the server is told there goes on beside our own."""
    more = "&options=-c%20work_mem%3D9MB"
    with (
        Store.open(postgres.url(store.path.workshop, more=more)) as opened,
        opened._database.read() as connection,
    ):
        assert connection.one("SHOW work_mem") == "9MB"
        assert connection.one("SHOW jit") == "off"


def test_who_looks_after_the_database_sees_who_is_connected(postgres, store):
    """The program has a name there, unless the address gives it another."""
    names = []
    for more in ("", "&application_name=museum"):
        with (
            Store.open(postgres.url(store.path.workshop, more=more)) as opened,
            opened._database.read() as connection,
        ):
            names.append(connection.one("SHOW application_name"))
    assert names == ["workshop-kit", "museum"]


def test_the_database_holds_no_token(postgres, store):
    """The token of 128 bits stands nowhere in it; its hash does."""
    _, token = store.join("Fictional Sam", "editor", "en")
    with raw(postgres, store) as other:
        rows = repr(other.execute("SELECT * FROM participant").fetchall())
    assert token not in rows
    assert "Fictional Sam" in rows


def test_time_never_runs_back(postgres, store, answer):
    """After a clock was set back, records go on at the last time of the workshop."""
    with raw(postgres, store) as other:
        other.execute("UPDATE clock SET at = '2999-01-01T00:00:00.000000Z'")

    assert [answer("a", key=k).at.year for k in "12"] == [2999, 2999]


# ------------------------------------------------------------- what goes wrong


def test_another_writer_is_waited_for_and_then_reported(store, place, answer):
    """Neither opening nor recording hangs for ever on another process."""
    says = (
        f"{store.path}: Another program has kept this workshop locked for 0.05 seconds."
        " Nothing was changed. Close the other program and try again."
    )
    with Store.open(place, wait=0.05) as hasty, store.together():
        with pytest.raises(StoreError) as refused:
            hasty.join("Fictional Ada", "director", "nl")
        assert says == str(refused.value)
        assert says == refusal(place, wait=0.05)
        assert hasty.participants() != []
    assert answer("a", key="k").seq == 1


def test_a_connection_that_is_cut_in_the_middle(postgres, store, answer):
    """It is said, nothing is half there, and the same key makes it right."""
    answer("a", key="1")

    def cut():
        with store.together():
            answer("b", key="2")
            mine = store._database._joint().driver
            pid = mine.info.backend_pid
            postgres.sql("SELECT pg_terminate_backend(%s, 5000)", pid)
            answer("c", key="3")

    with pytest.raises(StoreError) as refused:
        cut()

    assert str(refused.value) == f"{store.path}: {LOST}"
    assert [a.key for a in store.answer_log()] == ["1"]
    assert answer("b", key="2").seq == 2


def test_a_cut_that_was_passed_over_is_said_again(postgres, store, answer):
    """Several share a step, of which nothing is kept: the commit was never sent."""
    said = []

    def cut():
        with store.together():
            answer("a", key="1")
            mine = store._database._joint().driver
            pid = mine.info.backend_pid
            postgres.sql("SELECT pg_terminate_backend(%s, 5000)", pid)
            for each in (store.workshop, store.participants):
                with pytest.raises(StoreError) as refused:
                    each()
                said.append(str(refused.value))

    with pytest.raises(StoreError) as refused:
        cut()

    assert said == [f"{store.path}: {LOST}"] * 2
    assert str(refused.value) == (
        f"{store.path}: The database has undone this step. Nothing was changed."
        " Try again."
    )
    assert answer("a", key="1").seq == 1


def test_what_the_disk_has_is_acknowledged_though_nobody_can_be_told(
    postgres, store, answer, monkeypatch
):
    """A connection that is cut after the commit takes nothing back."""
    tell = store._database._tell

    def too_late(driver):
        postgres.sql("SELECT pg_terminate_backend(%s, 5000)", driver.info.backend_pid)
        tell(driver)

    monkeypatch.setattr(store._database, "_tell", too_late)

    assert answer("a", key="1").seq == 1
    assert [a.key for a in store.answer_log()] == ["1"]


def test_a_step_that_somebody_passed_over_is_not_acknowledged(store, answer):
    """After an error of the database, a commit would keep nothing in silence."""

    def pass_over():
        with store.together():
            answer("a", key="1")
            connection = store._database._joint()
            with pytest.raises(StoreError), store._database.read():
                connection.run("SELECT * FROM nowhere")

    with pytest.raises(StoreError, match="The database has undone this step"):
        pass_over()
    assert store.answer_log() == []
    assert answer("a", key="1").seq == 1


def test_what_fails_late_takes_the_whole_step_along(postgres, store, person, answer):
    """A record that was told of before its draft could go is not acknowledged."""
    with raw(postgres, store) as other:
        other.execute(
            "CREATE FUNCTION no_delete() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no'; END $$"
        )
        other.execute(
            "CREATE TRIGGER no_delete BEFORE DELETE ON draft"
            " FOR EACH ROW EXECUTE FUNCTION no_delete()"
        )
        store.save_draft(participant=person, question="goals.which", value="typing")

        def step():
            with store.together():
                answer("first", key="1", question="goals.why")
                answer("second", key="2")
                with suppress(StoreError):
                    answer("third", key="3", question="goals.why")

        with pytest.raises(StoreError):
            step()
        assert store.answer_log() == []
        with pytest.raises(StoreError, match="did not accept the record"):
            answer("second", key="2")
        assert store.answer_log() == []
        other.execute("DROP FUNCTION no_delete CASCADE")
    assert answer("second", key="2").seq == 1
    assert store.drafts(person) == {}


def test_a_full_disk_is_called_by_its_name(postgres, store, answer):
    """PostgreSQL's own code for full becomes our words, and nothing is half written."""
    with raw(postgres, store) as other:
        other.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"
        )
        other.execute(
            "CREATE TRIGGER full_disk AFTER INSERT ON answer"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        with pytest.raises(StoreError) as refused:
            answer("a", key="k")
        assert str(refused.value) == (
            f"{store.path}: The disk of the database is full."
            " Nothing was changed. Make some room on the disk and try again."
        )
        other.execute("DROP FUNCTION full_disk CASCADE")
    assert store.answer_log() == []
    assert answer("a", key="k").seq == 1


def test_after_the_server_was_started_anew_work_goes_on(postgres, store, answer):
    """Meanwhile it is said that it cannot be reached; nobody has to open it again."""
    answer("a", key="1")
    postgres.stop()
    try:
        with pytest.raises(StoreError, match="cannot be reached"):
            answer("b", key="2")
    finally:
        postgres.start()
    assert answer("b", key="2").seq == 2
    assert [a.value for a in store.answer_log()] == ["a", "b"]


def test_a_dump_brings_everything_back(postgres, store, answer):
    """In another database, with its guards, and one can go on with it."""
    for n in range(5):
        answer(n, key=str(n))
    store.join("Fictional Ada", "editor", "nl")
    postgres.sql("DROP DATABASE IF EXISTS elsewhere", database="postgres")
    postgres.sql("CREATE DATABASE elsewhere TEMPLATE template0", database="postgres")
    where = ["-h", "127.0.0.1", "-p", str(postgres.port), "-U", postgres.USER]
    secret = {**os.environ, "PGPASSWORD": postgres.PASSWORD}
    dump = subprocess.run(
        [
            *(postgres.programs / "pg_dump", *where, "--format=custom"),
            *(f"--schema={store.path.schema}", "programme"),
        ],
        env=secret,
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [postgres.programs / "pg_restore", *where, "--dbname=elsewhere"],
        env=secret,
        check=True,
        input=dump.stdout,
    )
    with Store.open(postgres.url(store.path.workshop, database="elsewhere")) as again:
        assert again.answer_log() == store.answer_log()
        assert again.participants() == store.participants()
        last, _ = again.join("Fictional Kim", "editor", "nl")
        assert again.participants()[-1] == last
        with pytest.raises(StoreError, match="append-only"), again.together():
            again._database._joint().run("DELETE FROM answer")
        assert len(again.answer_log()) == 5
