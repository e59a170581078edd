-- The source of an offer is looked up by the offer too, since it may have gone on to another case.
CREATE INDEX case_offer_by_offer ON case_offer (offer);
