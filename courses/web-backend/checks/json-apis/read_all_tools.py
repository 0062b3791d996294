client = requests.Session()
client.trust_env = False


def read_all_tools(address, pause):
    items = []
    path = "/tools"
    while path:
        answer = client.get(address + path, timeout=5)
        if answer.status_code != 200:
            pause()
            answer = client.get(address + path, timeout=5)
        page = answer.json()
        items.extend(page["items"])
        path = page["next"]
    return items
