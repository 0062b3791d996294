"""A real MQTT broker inside this notebook: `with Broker() as broker:` gives one on this computer alone, at broker.port.

The broker is amqtt. It listens on 127.0.0.1 at a free port, keeps nothing on disk, and is gone after the block.
`with Listener(broker.port, "saarela/#") as ears:` is somebody who listens along; `ears.wait(2)` waits for messages.
"""

import asyncio
import logging
import threading

WAIT = 30  # seconds: a busy computer may need a while

# Logs on standard error would cost the points of a tests cell.
for name in ("amqtt", "transitions", "passlib", "asyncio", "paho"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Broker:
    """A broker for the length of a `with` block. `port` is where it listens."""

    def __init__(self):
        self.port = None
        self._ready = threading.Event()
        self._problem = None
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)

    def __enter__(self):
        self._thread.start()
        if not self._ready.wait(WAIT):
            raise RuntimeError("the broker did not start in time; run the cell again")
        if self._problem is not None:
            raise RuntimeError(f"the broker could not start: {self._problem}")
        return self

    def __exit__(self, *ignored):
        self.stop()

    def stop(self):
        """End the broker and wait until it is gone."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(WAIT)

    def _run(self):
        try:
            asyncio.run(self._serve())
        except Exception as problem:
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self):
        from amqtt.broker import Broker as RealBroker

        class OwnRetained(RealBroker):
            """amqtt 0.12 sends a new client the retained messages of everybody's patterns; only its own are right."""

            async def _publish_retained_messages_for_subscription(self, subscription, session):
                holders = self._subscriptions.get(subscription[0], [])
                if any(holder.client_id == session.client_id for holder, _ in holders):
                    await super()._publish_retained_messages_for_subscription(subscription, session)

        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        broker = OwnRetained(
            {
                "listeners": {"default": {"type": "tcp", "bind": "127.0.0.1:0"}},
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            }
        )
        await broker.start()
        try:
            self.port = broker._servers["default"].instance.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()
        finally:
            await broker.shutdown()


class Listener:
    """Somebody who subscribes to a pattern and writes down what comes: `messages` holds (topic, text, retained)."""

    def __init__(self, port, pattern="#"):
        self.messages = []
        self._port, self._pattern = port, pattern
        self._news = threading.Condition()
        self._subscribed = threading.Event()

    def __enter__(self):
        import paho.mqtt.client as mqtt

        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *ignored: client.subscribe(self._pattern, qos=1)
        self._client.on_subscribe = lambda *ignored: self._subscribed.set()
        self._client.on_message = self._note
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        if not self._subscribed.wait(WAIT):
            raise RuntimeError("the broker did not answer in time; run the cell again")
        return self

    def __exit__(self, *ignored):
        self._client.disconnect()
        self._client.loop_stop()

    def _note(self, client, userdata, message):
        with self._news:
            self.messages.append((message.topic, message.payload.decode("utf-8", "replace"), message.retain))
            self._news.notify_all()

    def wait(self, count, seconds=WAIT):
        """The messages, as soon as there are so many of them, or when the time is over."""
        with self._news:
            self._news.wait_for(lambda: len(self.messages) >= count, seconds)
            return list(self.messages)
