"""The gate: what a device checks about each signed message before it follows it, and what it remembers for that."""

import json
from datetime import datetime

from loa_agent.store import Store
from loa_agent.trust import Trust
from loa_protocol import canonical, config, live, topics
from loa_protocol.keys import Vouched
from loa_protocol.messages import Command, DesiredState, Now
from loa_protocol.refusal import Reason, Refused
from loa_protocol.replay import Window

VOLUME_DEFAULT_PCT = 80
_IDS_KEPT = 256
_SESSIONS_KEPT = 64
_COMMANDS = "cmd"


class Gate:
    """The replay memory of one device, the areas it obeys and the desired state it last believed.

    While it changes from one area to another it obeys both, until it hears the new one; windows of areas it has left
    are kept, so that nothing old comes back with them.
    """

    __slots__ = (
        "_areas",
        "_device",
        "_enrolled_area",
        "_ids",
        "_others",
        "_reported",
        "_sessions",
        "_store",
        "_trust",
        "_windows",
        "area",
        "left",
        "state",
    )

    def __init__(self, store: Store, trust: Trust, *, device: str, area_path: str) -> None:
        """Take up what the store remembers."""
        self._store, self._trust, self._device, self._enrolled_area = store, trust, device, area_path
        self.area = _area(store) or area_path
        self.left: list[str] = json.loads(store.recall("left") or b"[]")
        self._areas = self._obeyed()
        self._windows: dict[str, Window] = {}
        self._ids: dict[str, int] = {}
        self._reported: set[str] = set()
        self._sessions: dict[str, tuple[Vouched, int]] = {}
        self._others: dict[str, int] = {}
        memory = store.recall("gate")
        if memory is not None:
            document = json.loads(memory)
            self._windows = {
                name: Window(highest=highest, bits=int(bits, 16))
                for name, (highest, bits) in document["windows"].items()
            }
            self._ids = document["ids"]
        token = store.recall("state")
        self.state: DesiredState | None = None if token is None else trust.state.genuine(token)

    def settle(self) -> bool:
        """Take up the area of the stored configuration; tell whether it is another than before."""
        area = _area(self._store) or self._enrolled_area
        if area == self.area:
            return False
        self._leave([path for path in dict.fromkeys([*self.left, self.area]) if path != area])
        self.area = area
        self._areas = self._obeyed()
        return True

    def forget_left(self) -> bool:
        """Obey no area but the present one any more; tell whether there was another."""
        if not self.left:
            return False
        self._leave([])
        self._areas = self._obeyed()
        return True

    def trust_anew(self, trust: Trust) -> None:
        """Judge by another key list from now on; a state whose key is withdrawn is believed no more."""
        self._trust = trust
        token = self._store.recall("state")
        if token is not None:
            self.state = trust.state.genuine(token)

    def state_holds(self, now: datetime) -> bool:
        """Return whether there is a desired state that may still be carried out."""
        return self.state is not None and now.timestamp() < self.state.exp

    def take_state(self, token: bytes, now: datetime) -> bool:
        """Believe a desired state; False when it is the one we have. Raises `Refused`."""
        state = self._trust.state.open(token, now.timestamp())
        if state.device != self._device:
            raise Refused(Reason.WRONG_DEVICE)
        seq = int(self._store.recall("state_seq") or b"0")
        if state.seq < seq:
            raise Refused(Reason.ROLLED_BACK, "state")
        known = self.state
        if known is not None and state.seq == seq:
            if (state.plan, state.config, state.keys) != (known.plan, known.config, known.keys):
                raise Refused(Reason.REPLAYED, "state")
            if state.exp <= known.exp:
                return False
        self.state = state
        self._store.remember("state", token)
        self._store.remember("state_seq", str(state.seq).encode())
        return True

    def now(self, token: bytes, moment: float) -> Now | None:
        """Return an urgent message to follow; None when it is for others or known by its id. Raises `Refused`.

        `moment` is in seconds since 1970. Ten thousand simulated devices do this at once: every step counts.
        """
        message = self._trust.now.open(token, moment)
        area = message.area
        if area not in self._areas:
            raise Refused(Reason.WRONG_AREA)
        window = self._windows.get(area)
        if window is None:
            window = self._windows[area] = Window()
        identifier = message.id
        try:
            window.admit(message.seq)
        except Refused:
            if identifier in self._reported:
                return None
            self._reported.add(identifier)
            raise
        if identifier in self._ids:
            return None
        if len(self._ids) >= _IDS_KEPT:
            self._purge(moment)
        self._ids[identifier] = message.exp
        is_ours = message.devices is None or self._device in message.devices
        if message.live is not None:
            self._meet(message.live.id, token, message.exp, is_ours=is_ours)
        return message if is_ours else None

    def now_again(self, token: bytes, moment: float) -> Now | None:
        """Return an opening that is said again for those who came late; None for who has heard it. Raises `Refused`."""
        message = self._trust.now.genuine(token)
        if message is not None and message.live is None:
            raise Refused(Reason.UNKNOWN_VERB)
        if message is not None and message.id in self._ids:
            return None
        return self.now(token, moment)

    def chunk(self, message: bytes, moment: float) -> live.Chunk | None:
        """Return a chunk of live speech that may be heard; None when it is for others. Raises `Refused`."""
        session = live.peek(message)
        if session in self._others:
            return None
        known = self._sessions.get(session)
        return self._trust.chunk(message, None if known is None else known[0], moment)

    def is_met(self, session: str) -> bool:
        """Tell whether this device was told of a session."""
        return session in self._sessions

    def leave_to_others(self, session: str, until: int) -> None:
        """Have nothing to do with a session any more, though it may go on elsewhere."""
        self._sessions.pop(session, None)
        self._others[session] = until

    def command(self, token: bytes, now: datetime) -> Command:
        """Return a command to carry out. Raises `Refused`."""
        command = self._trust.command.open(token, now.timestamp())
        if command.device != self._device:
            raise Refused(Reason.WRONG_DEVICE)
        self._windows.setdefault(_COMMANDS, Window()).admit(command.seq)
        if command.id in self._ids:
            raise Refused(Reason.REPLAYED, "id")
        self._ids[command.id] = command.exp
        return command

    def signed_at(self, topic: str, token: bytes) -> int | None:
        """Return when a message was signed, in seconds since 1970; None if its signature is not good."""
        trust = self._trust
        if topic.endswith("/state"):
            found: DesiredState | Command | Now | None = trust.state.genuine(token)
        elif topic.endswith("/cmd"):
            found = trust.command.genuine(token)
        else:
            found = trust.now.genuine(token)
        return None if found is None else found.iat

    def airing_of(self, token: bytes) -> str | None:
        """Return the airing a refused urgent message was about, if its signature was good."""
        message = self._trust.now.genuine(token)
        if message is None:
            return None
        return message.airing_id if message.airing is None else message.airing.id

    def keep(self) -> None:
        """Store what was heard, so that nothing old comes back after a power cut."""
        windows = {name: [window.highest, f"{window.bits:x}"] for name, window in self._windows.items()}
        self._store.remember("gate", canonical.encode({"windows": windows, "ids": self._ids}))

    def _leave(self, areas: list[str]) -> None:
        self.left = areas
        self._store.remember("left", canonical.encode(areas) if areas else None)

    def _obeyed(self) -> frozenset[str]:
        return frozenset(path for area in (self.area, *self.left) for path in topics.ancestry(area))

    def _meet(self, session: str, token: bytes, exp: int, *, is_ours: bool) -> None:
        if len(self._sessions) + len(self._others) >= _SESSIONS_KEPT:
            now = min([*(until for _, until in self._sessions.values()), *self._others.values()])
            self._sessions = {name: one for name, one in self._sessions.items() if one[1] > now}
            self._others = {name: until for name, until in self._others.items() if until > now}
        key = self._trust.now.key_of(token)
        if is_ours and key is not None:
            self._sessions[session] = (key, exp)
        elif session not in self._sessions:
            self._others[session] = exp

    def _purge(self, moment: float) -> None:
        self._ids = {name: exp for name, exp in self._ids.items() if exp > moment}
        self._reported.clear()


def volume(store: Store) -> int:
    """Return the volume in percent: a command's, else the configuration's, else the default."""
    ordered = store.recall("volume")
    if ordered is not None:
        return int(ordered)
    kept = store.recall("config")
    wanted = None if kept is None else config.decode(kept).volume_pct
    return VOLUME_DEFAULT_PCT if wanted is None else wanted


def _area(store: Store) -> str | None:
    kept = store.recall("config")
    return None if kept is None else config.decode(kept).area
