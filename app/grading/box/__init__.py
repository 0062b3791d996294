"""What runs inside the sandbox, under the environment's Python. Imports nothing of ours from outside this folder."""
