from symptoms.followups.selectors.injections import ComingShot, InjectionsPage, Shot, coming_shot, injections_for_page

__all__ = ["ComingShot", "InjectionsPage", "Shot", "coming_shot", "injections_for_page"]
