ViewSettings =
{
	Cockpit =
	{
		[1] =
		{
			CameraViewAngleLimits = {20.0, 120.0},
			EyePoint              = {0.05, 0.0, 0.0},
		},
	},
}
SnapViews = {}
