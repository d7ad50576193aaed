-- why: which changes realtime sends; the owner adds tables to the first, the second carries database broadcasts

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

create publication supabase_realtime_messages_publication;
alter publication supabase_realtime_messages_publication owner to supabase_realtime_admin;
