drop function put_down_object(text, text);
