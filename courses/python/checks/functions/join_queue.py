def join_queue(name, queue=None):
    queue = queue or []
    queue.append(name)
    return queue
