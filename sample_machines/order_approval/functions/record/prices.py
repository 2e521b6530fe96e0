"""How prices are written; the module of the same name beside the other function is another one."""


def written(cents, currency):
    return f"{cents // 100}.{cents % 100:02} {currency}"
