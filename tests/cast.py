"""The people of every test: alice and bob read, camilla runs a channel, edgar edits, olga owns. Baku is their newsroom's zone."""

from zoneinfo import ZoneInfo

ALICE = 1001
BOB = 1002
CAMILLA = 1003
EDGAR = 1004
OLGA = 1005

CHANNEL = -1001000000001

BAKU = ZoneInfo("Asia/Baku")
