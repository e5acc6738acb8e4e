8graph [
node [ id 0 label "a" ] node [ id 1 Longitude 2.5 Latitude 1 ]
edge [ source 0 target 1 LinkSpeed "8" LinkSpeedUnits "M" ]
]
