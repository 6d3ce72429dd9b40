import pytest

from coproduce.accounts.rules import STRANGER, Circle, Role, Standing
from coproduce.duties import policy


def holding(*roles, places=None):
    return Standing(person_id=1, roles=dict.fromkeys(roles, places))


@pytest.mark.parametrize(
    ("me", "allowed"),
    [
        pytest.param(STRANGER, False, id="a stranger"),
        pytest.param(Standing(person_id=1, lives_in=frozenset({1})), False, id="a resident"),
        pytest.param(Standing(person_id=1, circles=frozenset({Circle.TASK_FORCE})), False, id="a task force member"),
        pytest.param(holding(Role.DUTY_KEEPER), True, id="a duty keeper"),
        pytest.param(holding(Role.DUTY_KEEPER, places=frozenset({3})), True, id="a duty keeper of one place"),
        pytest.param(holding(Role.ADMINISTRATOR), True, id="an administrator"),
        pytest.param(holding(Role.OFFICER), False, id="an officer"),
        pytest.param(holding(Role.DECISION_OWNER), False, id="a decision owner"),
        pytest.param(holding(Role.CHAMPION, Role.MODERATOR, Role.TELLER, Role.BOARD_LINK), False, id="other roles"),
        pytest.param(holding(Role.OFFICER, Role.DUTY_KEEPER), True, id="an officer who keeps duties too"),
    ],
)
def test_who_may_change_the_register(me, allowed):
    assert (policy.refuse_change(me) is None) is allowed
