// All is done at the end: post steps run in reverse order.
