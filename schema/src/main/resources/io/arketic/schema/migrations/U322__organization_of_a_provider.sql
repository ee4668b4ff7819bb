drop function provider_organization(uuid);
