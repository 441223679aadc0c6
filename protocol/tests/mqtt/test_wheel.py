import asyncio
import selectors

from loa_protocol.mqtt.wheel import Wheel


class JumpingSelector(selectors.DefaultSelector):
    """Never waits: it moves the clock instead."""

    now = 0.0

    def select(self, timeout=None):
        if timeout:
            self.now += timeout
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.jumping = JumpingSelector()
        super().__init__(self.jumping)

    def time(self):
        return self.jumping.now


def run(main):
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main())


class Member:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.called_at = []

    def tick(self):
        self.called_at.append(round(asyncio.get_running_loop().time()))
        return self.answers.pop(0)


def test_a_member_is_called_in_its_second_and_again_when_it_says_so():
    member = Member(5, 5, 0)

    async def main():
        Wheel().add(member, after_s=3)
        await asyncio.sleep(60)

    run(main)

    assert member.called_at == [4, 9, 14]


def test_members_of_many_periods_share_one_timer():
    members = [Member(period, 0) for period in range(1, 30)]

    async def main():
        wheel = Wheel()
        for period, member in enumerate(members, start=1):
            wheel.add(member, after_s=period)
        await asyncio.sleep(100)

    run(main)

    assert [member.called_at for member in members] == [[period + 1, 2 * period + 1] for period in range(1, 30)]


def test_an_empty_wheel_stands_still_and_turns_again_for_a_newcomer():
    late = Member(0)

    async def main():
        wheel = Wheel()
        wheel.add(Member(0), after_s=1)
        await asyncio.sleep(10)
        before = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]
        wheel.add(late, after_s=2)
        await asyncio.sleep(10)
        return before

    assert run(main) == []
    assert late.called_at == [13]
