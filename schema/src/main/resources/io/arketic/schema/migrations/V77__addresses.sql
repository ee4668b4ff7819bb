-- An e-mail address is stored in one form only: lower case, NFC, its domain in ASCII (IDNA). Rows from before follow. The
-- application maps domains by UTS #46; what it has stored is in lower case and NFC, so only Punycode (RFC 3492) is left.
-- Of two accounts that turn out to have one address, the one that is verified, or else the older one, has it; the other
-- keeps the spelling that it has, and a warning names it. Tokens that confirm an address last a day: the application
-- spells theirs when they are used.

create function address_punycode(label text) returns text language plpgsql immutable as $$
declare
    digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
    points constant int[] := array(
        select ascii(c) from regexp_split_to_table(label, '') with ordinality as t (c, i) order by i);
    result text := regexp_replace(label, '[^ -~]', '', 'g');
    basic constant int := length(result);
    handled int := basic;
    n int := 128;
    delta int := 0;
    bias int := 72;
    next int;
    point int;
    q int;
    k int;
    t int;
begin
    if basic > 0 then
        result := result || '-';
    end if;
    while handled < cardinality(points) loop
        next := (select min(p) from unnest(points) p where p >= n);
        delta := delta + (next - n) * (handled + 1);
        n := next;
        foreach point in array points loop
            if point < n then
                delta := delta + 1;
            elsif point = n then
                q := delta;
                k := 36;
                loop
                    t := greatest(1, least(26, k - bias));
                    exit when q < t;
                    result := result || substr(digits, t + (q - t) % (36 - t) + 1, 1);
                    q := (q - t) / (36 - t);
                    k := k + 36;
                end loop;
                result := result || substr(digits, q + 1, 1);
                delta := case when handled = basic then delta / 700 else delta / 2 end;
                handled := handled + 1;
                delta := delta + delta / handled;
                k := 0;
                while delta > 455 loop
                    delta := delta / 35;
                    k := k + 36;
                end loop;
                bias := k + 36 * delta / (delta + 38);
                delta := 0;
            end if;
        end loop;
        delta := delta + 1;
        n := n + 1;
    end loop;
    return result;
end $$;

create function address_plain(spelling text) returns text language sql immutable as $$
    select coalesce(
        substring(a.plain from '^(.*@)') || (
            select string_agg(
                case when octet_length(label) = length(label) then label else 'xn--' || address_punycode(label) end,
                '.' order by i)
            from regexp_split_to_table(substring(a.plain from '@([^@]*)$'), '[.]') with ordinality as t (label, i)),
        a.plain)
    from (select normalize(lower(spelling), nfc) as plain) a
$$;

-- Rows of all tenants: what the owner may otherwise not write.
alter table users no force row level security;
alter table organization_invitations no force row level security;

do $$
declare
    account record;
begin
    for account in
        select id, email, address_plain(email) as address from users
        where email is distinct from address_plain(email)
        order by is_verified desc, created_at, id
    loop
        if exists (select from users where lower(email) = account.address and id <> account.id) then
            raise warning 'account % keeps its spelling: another account has its address', account.id;
        else
            update users set email = account.address where id = account.id;
        end if;
    end loop;
    for account in
        select id, organization_id, address_plain(email) as address from organization_invitations
        where email is distinct from address_plain(email)
        order by created_at desc, id
    loop
        -- Of two open invitations that turn out to be for one address the newer one stays.
        update organization_invitations i
        set email = account.address,
            revoked_at = case
                when i.accepted_at is null and i.revoked_at is null and exists (
                    select from organization_invitations o
                    where o.organization_id = account.organization_id and o.id <> i.id
                      and lower(o.email) = account.address and o.accepted_at is null and o.revoked_at is null)
                then now() else i.revoked_at end
        where i.id = account.id;
    end loop;
end $$;

alter table users force row level security;
alter table organization_invitations force row level security;
drop function address_plain(text);
drop function address_punycode(text);
