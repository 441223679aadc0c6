"""Whether a rule names a day: every part is a question about the day alone, so asking costs the same in any year."""

from calendar import isleap, monthrange
from datetime import date, timedelta

from loa.schedules.rules.recurrence.lunar import LunarDay, lunar
from loa.schedules.rules.recurrence.parts import Calendar, Freq, Rule, Skip


def is_named(rule: Rule, start_on: date, day: date) -> bool:
    """Tell whether the rule, counted from its start, names a day; BYSETPOS is not looked at."""
    if rule.calendar is Calendar.VIETNAMESE:
        return _is_lunar(rule, lunar(start_on), lunar(day)) and _is_weekday(rule, day)
    return (
        _is_period(rule, start_on, day)
        and (not rule.months or day.month in rule.months)
        and _is_usual(rule, start_on, day)
        and (not rule.month_days or _is_month_day(rule, day.day, monthrange(day.year, day.month)[1]))
        and (not rule.year_days or _is_year_day(rule, day))
        and (not rule.weekdays or _is_weekday(rule, day))
    )


def possible_from(rule: Rule, start_on: date, day: date) -> date:
    """Return the first day from `day` on that lies in a month and a period the rule asks for: those between are not."""
    if rule.calendar is Calendar.VIETNAMESE:
        return day
    if rule.months and day.month not in rule.months:
        return _first_of_month(day, 1)
    if not (off := _periods_gone(rule, start_on, day) % rule.interval):
        return day
    ahead = rule.interval - off
    if rule.freq is Freq.WEEKLY:
        return _week(day, rule) + timedelta(weeks=ahead)
    if rule.freq is Freq.MONTHLY:
        return _first_of_month(day, ahead)
    return day + timedelta(days=ahead) if rule.freq is Freq.DAILY else date(day.year + ahead, 1, 1)


def _first_of_month(day: date, ahead: int) -> date:
    number = day.year * 12 + day.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)


def _is_period(rule: Rule, start_on: date, day: date) -> bool:
    """Tell whether the day lies in a period that the interval reaches."""
    return rule.interval == 1 or _periods_gone(rule, start_on, day) % rule.interval == 0


def _periods_gone(rule: Rule, start_on: date, day: date) -> int:
    if rule.freq is Freq.DAILY:
        return (day - start_on).days
    if rule.freq is Freq.WEEKLY:
        return (_week(day, rule) - _week(start_on, rule)).days // 7
    if rule.freq is Freq.MONTHLY:
        return (day.year - start_on.year) * 12 + day.month - start_on.month
    return day.year - start_on.year


def _week(day: date, rule: Rule) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _is_usual(rule: Rule, start_on: date, day: date) -> bool:
    """Tell whether the day is the start's own, where the rule names none; RFC 5545 3.3.10, last paragraph."""
    if rule.weekdays or rule.month_days or rule.year_days or rule.freq is Freq.DAILY:
        return True
    if rule.freq is Freq.WEEKLY:
        return day.weekday() == start_on.weekday()
    if rule.freq is Freq.YEARLY and not rule.months and day.month != start_on.month:
        return False
    return day.day == start_on.day


def _is_month_day(rule: Rule, day: int, length: int) -> bool:
    if day in rule.month_days or day - length - 1 in rule.month_days:
        return True
    return rule.skip is Skip.BACKWARD and day == length and any(wanted > length for wanted in rule.month_days)


def _is_year_day(rule: Rule, day: date) -> bool:
    number = day.timetuple().tm_yday
    return number in rule.year_days or number - _year_length(day) - 1 in rule.year_days


def _is_weekday(rule: Rule, day: date) -> bool:
    if not rule.weekdays:
        return True
    weekday = day.weekday()
    wanted = [one.nth for one in rule.weekdays if one.day == weekday]
    if not wanted or 0 in wanted:
        return bool(wanted)
    if rule.freq is Freq.MONTHLY or rule.months:
        number, length = day.day, monthrange(day.year, day.month)[1]
    else:
        number, length = day.timetuple().tm_yday, _year_length(day)
    return (number - 1) // 7 + 1 in wanted or -((length - number) // 7 + 1) in wanted


def _year_length(day: date) -> int:
    return 366 if isleap(day.year) else 365


def _is_lunar(rule: Rule, start: LunarDay, day: LunarDay) -> bool:
    """Tell the same by lunar months; a leap month is asked for by itself in a year, and is a month like others else."""
    if rule.freq is Freq.YEARLY and (day.year - start.year) % rule.interval:
        return False
    if rule.months or rule.leap_months:
        if day.month not in (rule.leap_months if day.is_leap else rule.months):
            return False
    elif rule.freq is Freq.YEARLY and (day.is_leap or day.month != start.month):
        return False
    if rule.month_days:
        return _is_month_day(rule, day.day, day.length)
    return bool(rule.weekdays) or day.day == start.day
