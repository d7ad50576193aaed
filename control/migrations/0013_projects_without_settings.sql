-- why: the pool limits of the data API, all that stood here, are part of the spec now: they take effect

alter table projects drop column settings;
