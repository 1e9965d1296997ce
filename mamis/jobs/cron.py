"""定時の仕事の時刻。仕事の待ち行列の暦は協定世界時で動くので、日本時間からここで直す。"""


def daily(hour: int, minute: int) -> str:
    """日本時間の毎日その時刻。"""
    return f"{minute} {(hour - 9) % 24} * * *"
