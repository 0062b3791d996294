def swap_signs(left_sign, right_sign):
    left_sign = right_sign
    right_sign = left_sign
    return left_sign, right_sign
