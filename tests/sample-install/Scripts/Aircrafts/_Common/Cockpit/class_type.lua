-- How a clickable element behaves.
class_type =
{
	NULL        = 0,
	BTN         = 1,
	TUMB        = 2,
	SNGBTN      = 3,
	LEV         = 4,
	MOVABLE_LEV = 5,
}
