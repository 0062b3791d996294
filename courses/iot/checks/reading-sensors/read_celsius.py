def read_celsius(adc):
    volts = adc.read_u16() * 3.3 / 65535
    return round(volts / 0.010 - 0.5, 1)
