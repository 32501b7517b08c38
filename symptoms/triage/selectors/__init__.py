from symptoms.triage.selectors.advice import AdvicePage, advice_for_page, headline_of, leading

__all__ = ["AdvicePage", "advice_for_page", "headline_of", "leading"]
