def best_jobs(ads, skills):
    result = []
    for title, wanted in ads.items():
        missing = [skill.lower() for skill in wanted if skill.lower() not in skills]
        result.append((title, sorted(missing)))
    return sorted(result, key=lambda pair: (len(pair[1]), pair[0]))
