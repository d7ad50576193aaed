-- why: owners may switch off that the REST API refuses to update or delete whole tables

grant set on parameter safeupdate.enabled to postgres;
