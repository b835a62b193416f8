$seeds << EOD
-0.08 5.132772661701438
0.08 5.982568211853504
0.92 4.948801965537143
1.08 5.403211328710171
EOD
$means << EOD
0 5.557670436777471 0.15883231471628445 10.956508558838657
1 5.176006647123657 2.289097445868029 8.062915848379285
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Final validation accuracy, BN − LN by seed, n = 2' at screen 0.5,0.9502 center font ',16' textcolor rgb '#222222'
set label 2 'circle: a seed; square: their mean with its 95 % interval (t, n − 1); unfinished: 10 of 12 trainings are done' at screen 0.5,0.8946 center font ',11' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.8467
set bmargin at screen 0.2337
set key at screen 0.55,0.0364 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'learning rate' at screen 0.55,0.0805 center textcolor rgb '#222222'
set label 4 'percentage points, 95 % interval' at screen 0.0238,0.5402 center rotate by 90 textcolor rgb '#222222'
set xrange [-0.6:1.6]
set xtics ("0.0005\nn = 2\np = 0.049" 0, "0.001\nn = 2\np = 0.028" 1)
set grid noxtics
set yrange [0:12]
set ytics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10, '12' 12)
plot 0 with lines lw 1.2 dt 1 lc rgb '#555555' notitle, \
    $means with yerrorbars lw 2 pt 5 ps 1 lc rgb '#222222' title 'mean and 95 % interval', \
    $seeds with points pt 6 ps 1 lw 1.5 lc rgb '#9467bd' title 'seed'
