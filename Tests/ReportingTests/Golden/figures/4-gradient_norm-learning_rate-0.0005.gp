$steps0 << EOD
1 0.4695124501026684
2 0.9811538455139918
3 0.5156318515664143
4 0.9932497581851351
5 0.6807885127628831
6 0.24824867667449024
EOD
$means0 << EOD
EOD
$steps1 << EOD
1 0.7479848087531523
2 0.8342559132606768
EOD
$means1 << EOD
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Gradient norm, learning rate 0.0005, first seed of n = 3' at screen 0.5,0.948 center font ',16' textcolor rgb '#222222'
set label 2 'each step; fewer than the 20 of which a mean is taken' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'step' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'L2 norm of the gradient' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set xrange [0:6.25]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
set yrange [0:1]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
plot $steps0 with lines lw 2.2 lc rgb '#1f77b4' dt 1 title 'BN, seed 7', \
    $steps1 with lines lw 2.2 lc rgb '#ff7f0e' dt '-' title 'LN, seed 7'
