def follow(button, lamp):
    if button.value():
        lamp.on()
        return True
    lamp.off()
    return False
