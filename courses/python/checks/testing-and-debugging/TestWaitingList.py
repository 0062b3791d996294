class TestWaitingList(unittest.TestCase):
    def make(self):
        return WaitingList()

    def test_join(self):
        waiting = self.make()
        waiting.join("Ella")
        self.assertEqual(len(waiting), 1)

    def test_next(self):
        waiting = self.make()
        waiting.join("Ella")
        self.assertEqual(waiting.next(), "Ella")

    def test_empty(self):
        self.assertIsNone(self.make().next())
