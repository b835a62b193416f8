$part0 << EOD
0 28 -0.36 0.36 0 56
1 29 0.64 1.3599999999999999 0 58
EOD
$part1 << EOD
0 61 -0.36 0.36 56 66
1 61.5 0.64 1.3599999999999999 58 65
EOD
$part2 << EOD
0 66 -0.36 0.36 66 66
1 65 0.64 1.3599999999999999 65 65
EOD
$part3 << EOD
0 83 -0.36 0.36 66 100
1 82.5 0.64 1.3599999999999999 65 100
EOD
$seeds << EOD
-0.05 60
-0.05 70
-0.05 70
0.05 52
0.05 62
0.05 62
0.95 56
0.95 60
0.95 60
1.05 60
1.05 70
1.05 70
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Test images that BN and LN get right, n = 2' at screen 0.5,0.9484 center font ',16' textcolor rgb '#222222'
set label 2 'parts from below as in the key; dots: where they end with each seed; unfinished: 10 of 12 trainings are done' at screen 0.5,0.8909 center font ',11' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.8413
set bmargin at screen 0.2063
set key at screen 0.55,0.0377 center center horizontal reverse Left samplen 4 maxcols 4 textcolor rgb '#222222'
set label 3 'learning rate' at screen 0.55,0.0833 center textcolor rgb '#222222'
set label 4 'share of test images (%), mean over seeds' at screen 0.0238,0.5238 center rotate by 90 textcolor rgb '#222222'
set xrange [-0.6:1.6]
set xtics ("0.0005\nn = 2" 0, "0.001\nn = 2" 1)
set grid noxtics
set yrange [0:102]
set ytics ('0' 0, '20' 20, '40' 40, '60' 60, '80' 80, '100' 100)
plot $part0 with boxxyerror fs solid 0.85 noborder lc rgb '#7f7f7f' title 'both', \
    $part1 with boxxyerror fs solid 0.85 noborder lc rgb '#1f77b4' title 'BN alone', \
    $part2 with boxxyerror fs solid 0.85 noborder lc rgb '#ff7f0e' title 'LN alone', \
    $part3 with boxxyerror fs solid 0.85 noborder lc rgb '#dddddd' title 'neither', \
    $seeds with points pt 7 ps 0.35 lc rgb '#222222' notitle
