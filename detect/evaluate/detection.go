package evaluate

// Detection is how well disruptions are found in series.
type Detection struct{}
