"""A board on the desk without a board: Pin, ADC and I2C in MicroPython's manner, on simulated time.

The names and arguments of Pin, ADC and I2C are those of MicroPython's module `machine`, so that programs written
with this file run on a real board with small changes. The functions sleep_ms, ticks_ms and ticks_diff are in the
module `time` on a real board. `bench` is the table around the board: it sets voltages, presses buttons and plugs
in chips. Nothing here is left to chance: the same seed gives the same noise.
"""

import random

EIO = 5  # the number of the error "nobody answers"


class Bench:
    """The table around the board: the clock in ms, the voltage at each pin, the buttons, the chips on the wires."""

    def __init__(self):
        self.reset()

    def reset(self, seed=1):
        """Everything unplugged, the clock at 0, the noise from the beginning."""
        self.now = 0
        self.random = random.Random(seed)
        self.voltages = {}
        self.noises = {}
        self.levels = {}
        self.handlers = {}
        self.chips = {}
        self.writes = []

    def volts(self, pin, volts):
        """Put a voltage on a pin: a number, or a function of the time in ms that gives one."""
        self.voltages[pin] = volts

    def noise(self, pin, volts):
        """Let the voltage at a pin jitter by about this much (a standard deviation)."""
        self.noises[pin] = volts

    def level(self, pin, level):
        """Press or release a button: 0 or 1 at the pin. Handlers set with Pin.irq are called."""
        before = self.levels.get(pin, 1)
        self.levels[pin] = level
        edge = Pin.IRQ_FALLING if level < before else Pin.IRQ_RISING if level > before else 0
        for handler, trigger, owner in self.handlers.get(pin, []):
            if edge & trigger:
                handler(owner)

    def plug(self, address, chip):
        """Put a chip on the I2C wires."""
        self.chips[address] = chip

    def unplug(self, address):
        """Take a chip away; nobody answers at its address then."""
        self.chips.pop(address, None)


bench = Bench()


def ticks_ms():
    """The time since the board was switched on, in milliseconds."""
    return bench.now


def ticks_diff(later, earlier):
    """How many milliseconds lie between two times."""
    return later - earlier


def sleep_ms(milliseconds):
    """Do nothing for so long. Here the clock only jumps ahead."""
    bench.now += max(0, int(milliseconds))


class Pin:
    """One leg of the board, for reading (IN) or switching (OUT)."""

    IN, OUT = 0, 1
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_FALLING, IRQ_RISING = 2, 4

    def __init__(self, id, mode=None, pull=None, value=None):
        self.id = id
        self.mode = Pin.IN if mode is None else mode
        self.pull = pull
        if value is not None:
            self.value(value)

    def value(self, level=None):
        """Without an argument: read 0 or 1. With one: set the pin."""
        if level is None:
            return bench.levels.get(self.id, 1 if self.pull == Pin.PULL_UP else 0)
        if self.mode != Pin.OUT:
            raise ValueError(f"pin {self.id} is for reading: make it with Pin.OUT to switch it")
        level = 1 if level else 0
        bench.writes.append((bench.now, self.id, level))
        bench.levels[self.id] = level

    def on(self):
        """Set the pin to 1."""
        self.value(1)

    def off(self):
        """Set the pin to 0."""
        self.value(0)

    def toggle(self):
        """Set the pin to what it is not."""
        self.value(1 - self.value())

    def irq(self, handler, trigger=2 | 4):
        """Call handler(pin) when the level falls or rises."""
        bench.handlers.setdefault(self.id, []).append((handler, trigger, self))


class ADC:
    """Measures the voltage at a pin: 0 V gives 0, 3.3 V gives 65535, in steps of 12 bits like most boards."""

    def __init__(self, pin):
        self.id = pin.id if isinstance(pin, Pin) else pin

    def read_u16(self):
        """The voltage as a whole number from 0 to 65535."""
        volts = bench.voltages.get(self.id, 0.0)
        if callable(volts):
            volts = volts(bench.now)
        volts += bench.random.gauss(0, 1) * bench.noises.get(self.id, 0.0)
        step = round(min(max(volts, 0.0), 3.3) / 3.3 * 4095)
        return step * 65535 // 4095


class I2C:
    """Two wires, many chips: each chip answers at its own address."""

    def __init__(self, id=0, *, scl=None, sda=None, freq=400_000):
        self.id, self.scl, self.sda, self.freq = id, scl, sda, freq

    def _chip(self, address):
        if address not in bench.chips:
            raise OSError(EIO, "EIO")
        return bench.chips[address]

    def scan(self):
        """The addresses at which somebody answers, in order."""
        return sorted(bench.chips)

    def readfrom_mem(self, addr, memaddr, nbytes):
        """Read so many bytes from a register of the chip. OSError if nobody answers."""
        return self._chip(addr).read(memaddr, nbytes)

    def writeto_mem(self, addr, memaddr, buf):
        """Write bytes into a register of the chip. OSError if nobody answers."""
        self._chip(addr).write(memaddr, bytes(buf))


class ClimateChip:
    """Measures air. Registers: 0x00 identity (0x5A), 0x01 temperature, 0x03 humidity, 0x05 status, 0x06 setting.

    Temperature: two bytes, signed, big end first, hundredths of a degree. Humidity: two bytes, unsigned, big end
    first, hundredths of a percent. Status: bit 0 is 1 when a value is ready, bit 7 is 1 when its voltage is low.
    `fails` is how many of the next reads nobody answers: a loose wire.
    """

    def __init__(self, celsius=20.0, humidity=50.0, *, status=0b0000_0001, fails=0):
        self.celsius, self.humidity = celsius, humidity
        self.status, self.setting, self.fails = status, 0, fails

    def read(self, register, count):
        if self.fails > 0:
            self.fails -= 1
            raise OSError(EIO, "EIO")
        memory = (
            b"\x5a"
            + round(self.celsius * 100).to_bytes(2, "big", signed=True)
            + round(self.humidity * 100).to_bytes(2, "big")
            + bytes([self.status, self.setting])
        )
        return memory[register : register + count]

    def write(self, register, data):
        if register != 6 or len(data) != 1:
            raise OSError(EIO, "EIO")
        self.setting = data[0]
