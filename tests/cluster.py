"""この回の試験だけのPostgreSQLの置き場所。動かすのは databases.py。"""

import os

from launch.places import LOG, VAR
from launch.postgres import Cluster

FOLDER = VAR / "tests" / str(os.getpid())
CLUSTER = Cluster(FOLDER, LOG / "postgres-tests.log", for_tests=True)
