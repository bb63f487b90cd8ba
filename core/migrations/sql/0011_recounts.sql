-- What a newly published holiday notice moved is listed without reading every act.

CREATE INDEX ticket_act_recount ON ticket_act (tenant_id, at DESC, id DESC) WHERE act = 'recount';
