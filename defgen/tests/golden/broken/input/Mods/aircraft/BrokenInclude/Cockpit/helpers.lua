function button(hint device)
end
