def jobs_for(text, place):
    return [job["title"] for job in json.loads(text) if job["remote"] or job["place"] == place]
